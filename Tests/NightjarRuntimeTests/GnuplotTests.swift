import Testing

@testable import NightjarRuntime

@Suite("Gnuplot")
struct GnuplotTests {
    @Test(
        "takes any text as text",
        arguments: [
            ("plain", "'plain'"), ("it's", "'it''s'"), ("a\nb`ls`$(ls)", "'a b`ls`$(ls)'"),
            ("'; system 'ls", "'''; system ''ls'"),
        ])
    func quotes(_ text: String, _ expected: String) {
        #expect(Gnuplot.quoted(text) == expected)
    }

    @Test("refuses files without a format, and columns of different length")
    func refusals() {
        #expect(throws: Gnuplot.Failure.format("picture.txt")) {
            try Gnuplot.draw([.init(name: "a", x: [1], y: [1])], .init(), to: "picture.txt")
        }
        #expect(throws: Gnuplot.Failure.format("svg")) {
            try Gnuplot.draw([.init(name: "a", x: [1], y: [1])], .init(), to: "svg")
        }
        #expect(throws: Gnuplot.Failure.self) { try Gnuplot.Curve(name: "a", x: [1, 2], y: [1]) }
        #expect(throws: Gnuplot.Failure.self) {
            try Gnuplot.draw(
                intervals: ["a"], values: [1, 2], low: [0], high: [2], .init(), to: "x.svg")
        }
        #expect(throws: Gnuplot.Failure.self) { try Gnuplot.draw([], .init(), to: "x.svg") }
    }
}
