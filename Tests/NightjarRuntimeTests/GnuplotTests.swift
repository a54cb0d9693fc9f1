import Foundation
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
    @Test(
        "draws curves with bands and values with intervals",
        arguments: [("svg", "<?xml"), ("png", "\u{89}PNG"), ("pdf", "%PDF")])
    func draws(_ format: String, _ beginning: String) throws {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "\(UUID().uuidString).\(format)")
        defer { try? FileManager.default.removeItem(at: file) }
        var frame = Gnuplot.Frame()
        frame.title = "What's `left`"
        let banded = try Gnuplot.Curve(
            name: "loss's", x: [1, 2, 3], y: [5, 4, 3], low: [4, 3, 2], high: [6, 5, 4])
        let plain = try Gnuplot.Curve(name: "other", x: [1, 3], y: [2, 2])
        try Gnuplot.draw([banded, plain], frame, to: file.path)
        let curves = try Data(contentsOf: file)
        #expect(curves.starts(with: beginning.unicodeScalars.map { UInt8($0.value) }))
        try Gnuplot.draw(
            intervals: ["a policy"], values: [1], low: [0], high: [2], frame, to: file.path)
        let intervals = try Data(contentsOf: file)
        #expect(intervals != curves)
        guard format == "svg" else { return }
        for name in ["loss's", "other", "What's `left`"] {
            #expect(String(decoding: curves, as: UTF8.self).contains(name))
        }
        #expect(String(decoding: intervals, as: UTF8.self).contains("a policy"))
    }
}
