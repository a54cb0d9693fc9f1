import NightjarRuntime
import Testing

@testable import NightjarREPL

@Suite("Text of progress")
struct ProgressTextTests {
    @Test("shows an epoch as the tour of the design does")
    func epoch() {
        let report = ProgressReport(
            task: "epoch 7/20", done: 10, total: 10, unit: "ex", rate: 24_800,
            figures: [("loss", 5.9123), ("valid mrr", 0.0612)], secondsLeft: 47)
        #expect(
            ProgressText.line(report)
                == "epoch 7/20  loss 5.912  valid mrr 0.0612  24 800 ex/s  eta 0:47")
    }

    @Test("shows the share done within a part, and what is known when no total is")
    func shares() {
        let half = ProgressReport(task: "tracin", done: 3, total: 8, unit: "pairs", rate: 0)
        #expect(ProgressText.line(half) == "tracin  37%")
        let unpacked = ProgressReport(
            task: "unpack", done: 4_924_029, total: 0, unit: "B", rate: 2_500)
        #expect(ProgressText.line(unpacked) == "unpack  4.9 MB  2.5 kB/s")
    }

    @Test(
        "writes figures with few digits",
        arguments: [
            (0, "0.0000"), (0.06123, "0.0612"), (-5.9126, "-5.913"), (123.45, "123.5"),
            (0.9999996, "1.0000"), (3.2e-5, "3.20e-5"), (-1.5e9, "-1.50e9"), (9.999e-4, "1.00e-3"),
            (-0.00001, "-1.00e-5"), (Double.nan, "nan"), (-Double.infinity, "-inf"),
            (Double.leastNonzeroMagnitude, "4.94e-324"),
            (Double.greatestFiniteMagnitude, "1.80e308"),
        ])
    func figures(_ value: Double, _ text: String) {
        #expect(ProgressText.figure(value) == text)
    }

    @Test(
        "writes times as clocks do",
        arguments: [(0.4, "0:00"), (59.6, "1:00"), (3_600, "1:00:00"), (36_061, "10:01:01")])
    func times(_ seconds: Double, _ text: String) {
        #expect(ProgressText.duration(seconds) == text)
    }

    @Test("survives rates that no machine has", arguments: [1e300, 1e-300, .infinity, .nan, -1])
    func absurd(_ rate: Double) {
        for unit in ["B", "ex"] {
            let report = ProgressReport(
                task: "t", done: rate, total: 0, unit: unit, rate: rate, secondsLeft: rate)
            #expect(ProgressText.line(report).hasPrefix("t"))
        }
    }

    @Test("never exceeds the width")
    func width() {
        let report = ProgressReport(
            task: "epoch 1/2", done: 1, total: 2, unit: "ex", rate: 5, figures: [("loss", 1)])
        for width in 0...40 {
            #expect(ProgressText.line(report, width: width).count <= max(1, width))
        }
    }
}
