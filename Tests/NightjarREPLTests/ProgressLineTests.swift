import NightjarRuntime
import Testing

@testable import NightjarREPL

@Suite("Progress line")
struct ProgressLineTests {
    /// What was written, and the time that the line sees.
    private final class Screen {
        var text = ""
        var time = 100.0
        var width = 80
    }

    private let screen = Screen()

    private func line(_ style: ProgressLine.Style) -> ProgressLine {
        ProgressLine(
            style, width: { [screen] in screen.width }, seconds: { [screen] in screen.time },
            write: { [screen] in screen.text += $0 })
    }

    private func report(_ done: Double, _ figures: [(name: String, value: Double)] = [])
        -> ProgressReport
    {
        ProgressReport(task: "job", done: done, total: 4, unit: "ex", rate: 0, figures: figures)
    }

    @Test("draws in place, at most ten times a second")
    func inPlace() {
        let line = line(.inPlace)
        for done in [0.0, 1, 2] {
            line.report(report(done))
            screen.time += 0.06
        }
        #expect(screen.text == "\rjob  0%\u{1B}[K\rjob  50%\u{1B}[K")
    }

    @Test("leaves a line behind at the end of a part with figures, at once")
    func epochEnd() {
        let line = line(.inPlace)
        line.report(report(1))
        line.report(report(4, [("loss", 2)]))
        #expect(screen.text == "\rjob  25%\u{1B}[K\rjob  loss 2.000\u{1B}[K\n")
        line.clear()
        #expect(screen.text.hasSuffix("\n"))
    }

    @Test("vanishes at the end of a part without figures, and before other text")
    func vanishes() {
        let line = line(.inPlace)
        line.report(report(1))
        line.report(report(4))
        #expect(screen.text == "\rjob  25%\u{1B}[K\r\u{1B}[K")
        line.clear()
        #expect(screen.text == "\rjob  25%\u{1B}[K\r\u{1B}[K")
    }

    @Test("takes all rows along into which a narrower terminal broke the line")
    func narrowed() {
        let line = line(.inPlace)
        line.report(report(1, [("loss", 2), ("mrr", 3)]))
        #expect(screen.text == "\rjob  25%  loss 2.000  mrr 3.000\u{1B}[K")
        screen.text = ""
        screen.width = 15
        line.clear()
        #expect(screen.text == "\r\u{1B}[2A\u{1B}[J\u{1B}[K")
    }

    @Test("writes plain lines every few seconds where no terminal is")
    func lines() {
        let line = line(.lines)
        for second in 0...12 {
            screen.time = 100 + Double(second)
            line.report(report(2))
        }
        #expect(screen.text == "job  50%\njob  50%\n")
    }

    @Test("can be off")
    func off() {
        let line = line(.off)
        screen.time += 1000
        line.report(report(4, [("loss", 1)]))
        line.clear()
        #expect(screen.text == "")
    }
}
