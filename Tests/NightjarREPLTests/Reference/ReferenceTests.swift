import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

@Suite("Reference")
struct ReferenceTests {
    private final class Net: LuaObject {}

    private static let library = Library(
        modules: [
            Module(
                "toy", summary: "Toys.",
                constants: [Constant("size", .integer, "how big", value: 3)])
        ],
        classes: [
            Class(
                "toy.Net", of: Net.self, summary: "A net.",
                properties: [Property("knots", .integer, "number of knots") { (_: Net) in 1 }])
        ],
        functions: [
            Function(
                "net", on: "toy", summary: "Makes a net.",
                positional: [.list("knots", of: .choice(["a", "b"]), "names | of knots")],
                options: [
                    .integer("size", default: 2, in: 1..., "how big"),
                    .number("weight", optional: true, in: .above(0), "how heavy"),
                    .table(
                        "floats", [.init("count", .integer, "how many")], optional: true, "corks"),
                ],
                returns: .object(Net.self, "the net"), example: "toy.net{ 'a' }"
            ) { _ in nil },
            Function(
                "__add", on: "toy.Net", summary: "Joins.",
                positional: [
                    .object("left", Net.self, "one"), .object("right", Net.self, "other"),
                ],
                returns: .object(Net.self, "both")
            ) { _ in nil },
            Function("cast", on: "toy.Net", summary: "Casts.") { _ in nil },
        ])

    @Test("is Markdown with a section a module and class")
    func markdown() {
        #expect(
            MarkdownReference(Self.library).text() == """
                # Nightjar reference

                ## toy

                Toys.

                | Constant | Type | Meaning |
                | --- | --- | --- |
                | `toy.size` | integer | how big |

                ### toy.net

                `toy.net(knots, { size = 2, weight = …, floats = … })`

                Makes a net.

                | Argument | Type | Meaning |
                | --- | --- | --- |
                | `knots` | list of 'a' or 'b' | names \\| of knots |
                | `size` | integer >= 1, default 2 | how big |
                | `weight` | number > 0, optional | how heavy |
                | `floats` | table, optional | corks |
                | `floats.count` | integer | how many |

                Gives toy.Net: the net.

                ```lua
                toy.net{ 'a' }
                ```

                ## toy.Net

                A net.

                | Property | Type | Meaning |
                | --- | --- | --- |
                | `knots` | integer | number of knots |

                ### toy.Net: `left + right`

                Joins.

                | Argument | Type | Meaning |
                | --- | --- | --- |
                | `left` | toy.Net | one |
                | `right` | toy.Net | other |

                Gives toy.Net: both.

                ### toy.Net:cast

                `toy.Net:cast()`

                Casts.

                """)
    }

    @Test("is a definition file for editors")
    func editorDefinitions() {
        #expect(
            EditorDefinitions(Self.library).text() == """
                ---@meta

                ---Toys.
                ---@class toy
                ---@field size integer how big
                toy = {}

                ---@class toy.net.Options
                ---@field size? integer how big (default 2)
                ---@field weight? number how heavy
                ---@field floats? { count: integer } corks

                ---Makes a net.
                ---@param knots ("a"|"b")[] names | of knots
                ---@param options? toy.net.Options
                ---@return toy.Net # the net
                function toy.net(knots, options) end

                ---A net.
                ---@class toy.Net
                ---@field knots integer number of knots
                ---@operator add(toy.Net): toy.Net
                local toy_Net = {}

                ---Casts.
                function toy_Net:cast() end

                """)
    }

    @Test("of everything is Lua for editors, and names every function in Markdown")
    func everything() throws {
        let library = NightjarLibrary.libraries().reduce(into: Library()) { $0.add($1) }
        let state = try LuaState()
        _ = try state.load(EditorDefinitions(library).text())
        let pages = MarkdownReference(library).text()
        #expect(!library.functions.isEmpty)
        for function in library.functions {
            #expect(pages.contains(MarkdownReference.heading(function) + "\n"))
        }
    }
}
