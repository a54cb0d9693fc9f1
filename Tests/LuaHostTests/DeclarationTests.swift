import Testing

@testable import LuaHost

@Suite("Declarations")
struct DeclarationTests {
    @Test("of the tests' own library have no problems")
    func sound() {
        #expect(Toys.library.problems() == [])
    }

    @Test("that are wrong or undocumented are all named")
    func problems() {
        let body: Function.Body = { _ in nil }
        let wrong = Library(
            modules: [Module("nj", summary: ""), Module("nj.Upper", summary: "x")],
            classes: [
                Class(
                    "nj.lower", of: Ball.self, summary: "",
                    properties: [Property("p", .integer, "") { (ball: Ball) in ball.size }])
            ],
            functions: [
                Function("a", on: "nj", summary: "", returns: .integer(""), body: body),
                Function("a", on: "nj", summary: "twice", body: body),
                Function("b", on: "nowhere", summary: "x", body: body),
                Function(
                    "c", on: "nj", summary: "x",
                    positional: [.any("x", "x"), .any("y", "x"), .any("z", "x")],
                    options: [
                        .any("x", optional: true, "x"), .integer("n", default: 0, in: 1..., "x"),
                        .number("r", default: .nan, ""), .choice("k", ["a"], default: "b", "x"),
                        .table("t", [.init("f", .list(.table([.init("g", .any, "")])), "")], "x"),
                    ], returns: .list(of: .table([.init("h", .any, "")]), "x"), body: body),
            ])
        #expect(
            wrong.problems() == [
                "module nj has no summary",
                "module nj.Upper starts with a capital, as only classes do",
                "class nj.lower has no summary",
                "class nj.lower starts without a capital, as modules do",
                "property nj.lower.p: no summary",
                "nj.a is declared 2 times",
                "nj.a has no summary",
                "nj.a: a result has no description",
                "nowhere.b: no class or module of that name",
                "nj.c has more than two positional arguments",
                "nj.c, result, field 'h': no description",
                "nj.c, argument 'x': declared twice",
                "nj.c, argument 'n': the default is not allowed",
                "nj.c, argument 'r': no description",
                "nj.c, argument 'r': the default is not allowed",
                "nj.c, argument 'k': the default is not allowed",
                "nj.c, argument 't', field 'f': no description",
                "nj.c, argument 't', field 'g': no description",
            ])
    }

    @Test("tell how a function is called")
    func signatures() throws {
        #expect(
            Toys.fit.signature
                == "nj.fit(ball, data, { epochs = 20, lr = 0.001, decay = …, shuffle = true, "
                + "name = \"run\", colour = \"red\", on_epoch = …, extra = …, layers = … })")
        #expect(Toys.kick.signature == "nj.Ball:kick(force, { times = 1 })")
        #expect(Toys.square.signature == "nj.toys.square()")
        let callable = try #require(Toys.library.function("nj.toys"))
        #expect(callable.signature == "nj.toys(count)")
        #expect(
            Toys.fit.positional[1].type.name(Toys.library.className) == "nj.Point or number")
    }

    @Test("tell how an operator is written")
    func operators() {
        func text(_ name: String, on owner: String = "nj.BigBall", _ operands: String...) -> String
        {
            Function(
                name, on: owner, summary: "", positional: operands.map { .any($0, "") }
            ) { _ in nil }.signature
        }
        #expect(text("__sub", "left", "right") == "left - right")
        #expect(text("__concat", "left", "right") == "left .. right")
        #expect(text("__unm") == "-bigBall")
        #expect(text("__len") == "#bigBall")
        #expect(text("__index", "name") == "bigBall[name]")
        #expect(text("__newindex", "row", "value") == "bigBall[row] = value")
        #expect(text("__tostring") == "tostring(bigBall)")
        #expect(text("__pairs") == "pairs(bigBall)")
        #expect(text("__call", "a", "b") == "bigBall(a, b)")
        #expect(text("__gc") == "nj.BigBall:__gc()")
        #expect(text("__index", on: "nj.balls", "name") == "nj.balls.__index(name)")
    }

    @Test("are found from the functions that scripts hold")
    func found() throws {
        let (state, _) = try Toys.state()
        let values = try state.run("return nj.fit, nj.toys.ball(1).kick, print, function() end")
        let names = values.map { value -> String? in
            if case .function(let function) = value { return function.declaration?.qualifiedName }
            return nil
        }
        #expect(names == ["nj.fit", "nj.Ball:kick", nil, nil])
        #expect(state.declarations.functions(of: "nj.Ball").contains { $0.name == "free" })
        #expect(state.declarations.declaredClass("nj.Ball")?.properties.map(\.name) == ["size"])
        #expect(state.declarations.module("nj.toys")?.summary == "Toys.")
    }

    @Test("without an owner, or too late for their class, are refused")
    func refused() throws {
        let (state, _) = try Toys.state()
        let orphan = Function("x", on: "nj.absent", summary: "x") { _ in nil }
        #expect(throws: (any Error).self) { try state.register(Library(functions: [orphan])) }
        try state.run("nj.toys.ball(1)")
        let late = Function("x", on: "nj.Ball", summary: "x") { _ in nil }
        #expect(throws: (any Error).self) { try state.register(Library(functions: [late])) }
    }

    struct LimitCase: Sendable, CustomTestStringConvertible {
        let limits: Limits<Double>
        let condition: String?
        let inside: [Double]
        let outside: [Double]
        var testDescription: String { condition ?? "all" }
    }

    static let limits = [
        LimitCase(limits: Limits(), condition: nil, inside: [-1e300, 0, .infinity], outside: []),
        LimitCase(limits: (0...).limits, condition: ">= 0", inside: [0, 1], outside: [-1, .nan]),
        LimitCase(limits: .above(0), condition: "> 0", inside: [1e-300], outside: [0, .nan]),
        LimitCase(
            limits: .above(0, to: 1), condition: "> 0 and <= 1", inside: [1], outside: [0, 1.5]),
        LimitCase(
            limits: .between(0, 1), condition: "> 0 and < 1", inside: [0.5], outside: [0, 1]),
        LimitCase(
            limits: (0.5...2).limits, condition: "between 0.5 and 2", inside: [0.5, 2],
            outside: [0.4, 2.1]),
        LimitCase(
            limits: (0..<1).limits, condition: ">= 0 and < 1", inside: [0], outside: [1, -1]),
        LimitCase(limits: (...1).limits, condition: "<= 1", inside: [1, -9], outside: [1.1]),
        LimitCase(limits: (..<1).limits, condition: "< 1", inside: [0.9], outside: [1]),
    ]

    @Test("take limits in the form of ranges", arguments: limits)
    func limit(_ example: LimitCase) {
        #expect(example.limits.condition == example.condition)
        for value in example.inside { #expect(example.limits.contains(value), "\(value)") }
        for value in example.outside { #expect(!example.limits.contains(value), "\(value)") }
    }
}
