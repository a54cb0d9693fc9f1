// A small library of declarations that the tests of the host share, and what watches it.

import LuaHost
import Synchronization

/// Counts what is alive.
final class Census: Sendable {
    let alive = Atomic<Int>(0)
    let made = Atomic<Int>(0)

    var count: Int { alive.load(ordering: .sequentiallyConsistent) }

    func born() {
        alive.add(1, ordering: .sequentiallyConsistent)
        made.add(1, ordering: .sequentiallyConsistent)
    }

    func died() { alive.subtract(1, ordering: .sequentiallyConsistent) }
}

/// An object with an identity.
final class Ball: LuaObject, CustomStringConvertible {
    let size: Int
    let census: Census?
    let nativeBytes: Int

    init(_ size: Int, _ census: Census? = nil, bytes: Int = 0) {
        self.size = size
        self.census = census
        nativeBytes = bytes
        census?.born()
    }

    deinit { census?.died() }

    var description: String { "Ball of \(size)" }
}

/// A value without one.
struct Point: LuaObject, Equatable {
    let x: Double
}

/// Something declared for a protocol, which classes and structures conform to.
protocol Shape: LuaObject {
    var corners: Int { get }
}

struct Square: Shape { var corners: Int { 4 } }
final class Triangle: Shape { var corners: Int { 3 } }

/// An error as a computation throws it.
struct Refusal: Error, CustomStringConvertible {
    var description: String { "this cannot be done; try something else" }
}

enum Colour: String, CaseIterable { case red, green, dark }

enum Toys {
    static let library = Library(
        modules: [Module("nj", summary: "Everything."), Module("nj.toys", summary: "Toys.")],
        classes: [
            Class(
                "nj.Ball", of: Ball.self, summary: "A ball.",
                properties: [
                    Property("size", .integer, "its size") { (ball: Ball) in ball.size }
                ], isFreeable: true),
            Class("nj.Point", of: Point.self, summary: "A point."),
            Class("nj.Shape", of: (any Shape).self, summary: "A shape."),
        ],
        functions: [ball, kick, point, square, triangle, corners, fit, pick, sum, describe, lists]
            + ballOperators)

    static let ball = Function(
        "ball", on: "nj.toys", summary: "Makes a ball.",
        positional: [.integer("size", in: 1..., "how big")],
        options: [.integer("bytes", default: 0, in: 0..., "native memory to claim")],
        returns: .object(Ball.self, "the ball")
    ) { call in
        let census = try? call.state.attached(Census.self)
        return Ball(try call.integer("size"), census, bytes: try call.integer("bytes"))
    }

    static let kick = Function(
        "kick", on: "nj.Ball", summary: "Kicks it.",
        positional: [.number("force", in: .above(0), "how hard")],
        options: [.integer("times", default: 1, in: 1...10, "how often")],
        returns: .number("how far it flew")
    ) { call in
        let ball = try call.receiver(Ball.self)
        return try call.number("force") * Double(call.integer("times")) / Double(ball.size)
    }

    static let point = Function(
        "point", on: "nj.toys", summary: "Makes a point.",
        positional: [.number("x", "where")], returns: .object(Point.self, "the point")
    ) { call in Point(x: try call.number("x")) }

    static let square = Function(
        "square", on: "nj.toys", summary: "Makes a square.", returns: .object(Square.self, "it")
    ) { _ in Square() }

    static let triangle = Function(
        "triangle", on: "nj.toys", summary: "Makes a triangle.",
        returns: .object(Triangle.self, "it")
    ) { _ in Triangle() }

    static let corners = Function(
        "corners", on: "nj.Shape", summary: "Counts corners.", returns: .integer("how many")
    ) { call in try call.receiver((any Shape).self).corners }

    /// Has every kind of argument.
    static let fit = Function(
        "fit", on: "nj", summary: "Trains.",
        positional: [
            .object("ball", Ball.self, "what to train"),
            .either("data", [.object(Point.self), .number], optional: true, "with what"),
        ],
        options: [
            .integer("epochs", default: 20, in: 1...100_000, "passes"),
            .number("lr", default: 1e-3, in: 0..., "learning rate"),
            .number("decay", optional: true, in: 0..<1, allowsNaN: true, "may be NaN"),
            .boolean("shuffle", default: true, "whether to shuffle"),
            .string("name", default: "run", "what to call it"),
            .choice("colour", Colour.self, default: .red, "of the curve"),
            .function("on_epoch", optional: true, "called after each epoch"),
            .table("extra", optional: true, "anything"),
            .list("layers", of: .integer(Limits(low: 1)), optional: true, "sizes"),
        ],
        returns: .table([], "what it got"),
        example: "nj.fit(ball, { epochs = 3 })"
    ) { call in
        for epoch in 1...(try call.integer("epochs")) {
            if let report = try call.function(ifGiven: "on_epoch") { try report(epoch) }
            if epoch == 3 { break }
        }
        return LuaRecord([
            "size": try call.object("ball", as: Ball.self).size,
            "x": try call.object(ifGiven: "data", as: Point.self)?.x,
            "data": try call.number(ifGiven: "data"),
            "epochs": try call.integer("epochs"), "lr": try call.number("lr"),
            "decay": try call.number(ifGiven: "decay"),
            "shuffle": try call.boolean("shuffle"), "name": try call.string("name"),
            "colour": try call.choice("colour", as: Colour.self).rawValue,
            "layers": try call.integers("layers"), "has_extra": try call.has("extra"),
        ])
    }

    /// All arguments may be named.
    static let pick = Function(
        "pick", on: "nj", summary: "Picks.",
        positional: [.integer("from", "the first")],
        options: [
            .list("names", of: .string, optional: true, takesArrayPart: true, "what to pick"),
            .integer("count", default: 1, "how many"),
        ], returns: .several((.integer, "the first"), (.string, "the names"))
    ) { call in
        let names = try call.strings("names")
        return LuaResults(try call.integer("from"), names.joined(separator: ","))
    }

    static let sum = Function(
        "sum", on: "nj", summary: "Adds.",
        positional: [.list("values", of: .number, "what to add")], returns: .number("the sum")
    ) { call in try call.numbers("values").reduce(0, +) }

    static let describe = Function(
        "describe", on: "nj", summary: "Names the type.",
        positional: [.any("value", "anything")], returns: .string("its type")
    ) { call in try call.value("value").typeName }

    static let lists = Function(
        "nested", on: "nj", summary: "Reads nested lists.",
        positional: [.any("values", "lists of lists")], returns: .list(of: .integer, "the shape")
    ) { call in
        let nested = try call.nestedNumbers("values")
        return LuaResults(nested.shape, nested.values)
    }

    static let ballOperators = [
        Function(
            "__add", on: "nj.Ball", summary: "Joins two.",
            positional: [
                .either("left", [.object(Ball.self), .integer], "one"),
                .either("right", [.object(Ball.self), .integer], "the other"),
            ], returns: .object(Ball.self, "both")
        ) { call in
            func size(_ name: String) throws -> Int {
                if let ball = try call.object(ifGiven: name, as: Ball.self) { return ball.size }
                return try call.integer(name)
            }
            return Ball(try size("left") + size("right"))
        },
        Function(
            "__len", on: "nj.Ball", summary: "Its size.", returns: .integer("the size")
        ) { call in try call.receiver(Ball.self).size },
        Function(
            "__index", on: "nj.Ball", summary: "A part.",
            positional: [.integer("row", in: 1..., "which")],
            returns: .integer("the part")
        ) { call in try call.integer("row") * 10 },
        Function(
            "__call", on: "nj.toys", summary: "Makes two.",
            positional: [.integer("count", "how many")],
            returns: .integer("the double")
        ) { call in try call.integer("count") * 2 },
    ]

    /// A state with the library, whose output is collected.
    static func state(
        _ configure: (inout LuaState.Configuration) -> Void = { _ in }
    ) throws -> (state: LuaState, output: Transcript) {
        let transcript = Transcript()
        var configuration = LuaState.Configuration()
        configuration.output = { transcript.text += String(decoding: $0, as: UTF8.self) }
        configuration.warning = { transcript.warnings.append($0) }
        configure(&configuration)
        let state = try LuaState(configuration)
        try state.register(library)
        return (state, transcript)
    }
}

/// What scripts printed.
final class Transcript {
    var text = ""
    var warnings: [String] = []
}

extension LuaState {
    /// Runs text and gives its results as text, with types where they matter.
    func values(_ text: String) throws -> [String] { try run(text, name: "=test").map(describe) }

    /// The message of the error with which text ends, or nothing if it does not.
    func failure(_ text: String) -> LuaError? {
        do {
            _ = try run(text, name: "=test")
            return nil
        } catch {
            return error as? LuaError
        }
    }
}
