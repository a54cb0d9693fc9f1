import Foundation
import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

@Suite("The reference page")
struct HTMLReferenceTests {
    private static let everything =
        NightjarLibrary.libraries().reduce(into: Library()) { $0.add($1) }

    /// A library whose every text would be markup if it were not escaped.
    private static let nasty = Library(
        modules: [
            Module(
                "toy", summary: "See toy.net & <toy.Net>.",
                constants: [Constant("size", .integer, "a < \"b\"", value: 3)])
        ],
        classes: [Class("toy.Net", of: Int.self, summary: "</main>")],
        functions: [
            Function(
                "net", on: "toy", summary: "Makes it: toy.Net.", details: "<script>&amp;",
                positional: [.string("text", default: "<&>", "of toy.Net:cast, not toy.nets")],
                returns: .value(.choice(["<a>", "b"]), "<b>"),
                example: "toy.net(\"<x>\") -- then toy.net, toy.Net:cast()"
            ) { _ in nil },
            Function(
                "__lt", on: "toy.Net", summary: "<",
                positional: [.any("left", "<"), .any("right", ">")]
            ) { _ in nil },
            Function("cast", on: "toy.Net", summary: "Casts.") { _ in nil },
        ])

    private static let nastyModule = LuaModulePage(
        name: "toy.owl", path: "/none", head: "<b>. &\n\n    x < \"</pre>\"\n\n- </ul>\n- toy.net")

    /// The modules that Nightjar has in Lua.
    private static func modules() throws -> [LuaModulePage] {
        let root = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/")
        let modules = LuaModulePage.all(of: everything, in: ["\(root)/stdlib"])
        try #require(modules.count > 20)
        return modules
    }

    @Test("is valid, has no anchor twice and no link into the void", arguments: [true, false])
    func valid(isReal: Bool) throws {
        let reference =
            isReal
            ? HTMLReference(Self.everything, modules: try Self.modules())
            : HTMLReference(Self.nasty, modules: [Self.nastyModule])
        let page = try StrictHTML(reference.text())
        let anchors = try #require(page.attributes["id"])
        #expect(Set(anchors).count == anchors.count)
        for link in try #require(page.attributes["href"]) {
            #expect(link.hasPrefix("#") && anchors.contains(String(link.dropFirst())), "\(link)")
        }
    }

    @Test("needs nothing from elsewhere")
    func selfContained() throws {
        let text = try HTMLReference(Self.everything, modules: Self.modules()).text()
        let page = try StrictHTML(text)
        #expect(page.attributes["src"] == nil && !page.elements.contains("link"))
        for word in ["http:", "https:", "url(", "@import"] { #expect(!text.contains(word)) }
    }

    @Test("has an anchor for every module, class and function, and an index of them")
    func complete() throws {
        let page = try StrictHTML(HTMLReference(Self.everything).text())
        let library = Self.everything
        let wanted =
            library.modules.map(\.name) + library.classes.map(\.name)
            + library.functions.map(LinkedText.anchor)
        #expect(Set(wanted).isSubset(of: page.attributes["id"] ?? []))
        #expect(Set(wanted.map { "#" + $0 }).isSubset(of: page.attributes["href"] ?? []))
        #expect(page.elements.count { $0 == "article" } == library.functions.count)
    }

    @Test("shows signature, arguments, defaults, results and a coloured example")
    func entry() throws {
        let page = HTMLReference(Self.nasty).text()
        let start = try #require(page.firstRange(of: "<article id=\"toy.net\">"))
        let entry = page[start.lowerBound...].prefix(
            upTo: try #require(page[start.upperBound...].firstRange(of: "</article>")).lowerBound)
        #expect(
            entry == """
                <article id="toy.net">
                <h3><a href="#toy.net">toy.net</a></h3>
                <pre class="signature"><code>toy.net(text)</code></pre>
                <p>Makes it: <a href="#toy.Net">toy.Net</a>.</p>
                <p>&lt;script&gt;&amp;amp;</p>
                <div class="table"><table>
                <thead><tr><th scope="col">Argument</th><th scope="col">Type</th>\
                <th scope="col">When left out</th><th scope="col">Meaning</th></tr></thead>
                <tbody>
                <tr><td><code>text</code></td><td>string</td>\
                <td><code>&quot;&lt;&amp;&gt;&quot;</code></td>\
                <td>of <a href="#toy.Net:cast">toy.Net:cast</a>, not toy.nets</td></tr>
                </tbody>
                </table></div>
                <p>Gives '&lt;a&gt;' or 'b': &lt;b&gt;.</p>
                <pre class="example"><code>toy.net(<span class="string">&quot;&lt;x&gt;&quot;\
                </span>) <span class="comment">-- then toy.net, \
                <a href="#toy.Net:cast">toy.Net:cast</a>()</span></code></pre>

                """)
    }

    @Test(
        "would not pass with a fault",
        arguments: [
            "<p>", "<p></i></p>", "<b><i></b></i>", "a & b", "1 > 0", "1 < 2", "<a id=x></a>",
            "<a id=\"1\" id=\"2\"></a>", "<script>", "<a title=\"<\"></a>", "<p></p>&nbsp;",
        ])
    func faults(_ body: String) {
        #expect(throws: StrictHTML.Fault.self) { try StrictHTML("<!DOCTYPE html>\n" + body) }
        #expect(throws: StrictHTML.Fault.self) { try StrictHTML("<p></p>") }
    }
}
