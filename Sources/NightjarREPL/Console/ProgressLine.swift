// Where reports of long computations appear.

import NightjarRuntime

/// Shows reports as one line that changes in place, or as few lines where no person watches.
public final class ProgressLine {
    /// How reports are shown.
    public enum Style: Sendable {
        /// In place on a terminal; a part that ends with key figures leaves its line behind.
        case inPlace
        /// A line every few seconds, for files.
        case lines
        /// Not at all.
        case off
    }

    /// Seconds between two drawings in place, and between two lines.
    private static let pause = (inPlace: 0.1, lines: 5.0)

    private let style: Style
    private let width: () -> Int
    private let seconds: () -> Double
    private let write: (String) -> Void
    /// When the next report may be shown.
    private var due: Double
    /// The width of the line on screen; nothing when there is none.
    private var drawnWidth: Int?

    /// Creates a progress line that starts now.
    ///
    /// - Parameters:
    ///   - style: how reports are shown.
    ///   - width: the terminal's width, asked for at each drawing.
    ///   - seconds: a clock.
    ///   - write: takes the text.
    public init(
        _ style: Style, width: @escaping () -> Int, seconds: @escaping () -> Double,
        write: @escaping (String) -> Void
    ) {
        self.style = style
        self.width = width
        self.seconds = seconds
        self.write = write
        due = seconds() + (style == .lines ? Self.pause.lines : 0)
    }

    /// Shows a report, unless the last one is still fresh.
    public func report(_ report: ProgressReport) {
        let now = seconds()
        let isDone = report.total > 0 && report.done >= report.total
        switch style {
        case .off: break
        case .lines:
            guard now >= due else { return }
            write(ProgressText.line(report) + "\n")
            due = now + Self.pause.lines
        case .inPlace:
            if isDone && report.figures.isEmpty {
                clear()
                return
            }
            guard isDone || now >= due else { return }
            // The last column stays free: a full line would wrap on some terminals.
            let columns = width()
            let text = ProgressText.line(report, width: max(1, columns - 1))
            write("\(start(columns))\(text)\u{1B}[K" + (isDone ? "\n" : ""))
            drawnWidth = isDone ? nil : DisplayWidth.of(text)
            due = now + Self.pause.inPlace
        }
    }

    /// Takes the line away, so that something else can be written in its place.
    public func clear() {
        guard drawnWidth != nil else { return }
        write("\(start(width()))\u{1B}[K")
        drawnWidth = nil
    }

    /// Goes to where the line starts.
    ///
    /// A terminal that became narrower has broken the line into rows, which are erased.
    private func start(_ columns: Int) -> String {
        let above = (drawnWidth ?? 0) / max(1, columns)
        return above > 0 ? "\r\u{1B}[\(above)A\u{1B}[J" : "\r"
    }
}
