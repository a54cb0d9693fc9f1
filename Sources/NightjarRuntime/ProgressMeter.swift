// When to tell of progress: often enough to look alive, seldom enough to cost nothing.

/// Passes on reports at most five times a second.
public final class ProgressMeter {
    private let handler: ProgressHandler?
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant
    private var done = 0.0

    /// Starts the clock.
    public init(_ handler: ProgressHandler?) {
        self.handler = handler
        last = start
    }

    /// Makes and passes on a report if one is due; `make` gets the seconds since the start.
    public func report(isLast: Bool = false, _ make: (Double) -> ProgressReport) {
        guard let handler else { return }
        let now = ContinuousClock.now
        guard isLast || now - last >= .milliseconds(200) else { return }
        last = now
        handler(make((now - start) / .seconds(1)))
    }

    /// Counts `amount` more units of `total` and reports them with their rate; the last ones always.
    public func count(_ amount: Double, of total: Double, _ unit: String, task: String) {
        done += amount
        report(isLast: done >= total) { seconds in
            let rate = seconds > 0 ? done / seconds : 0
            return ProgressReport(
                task: task, done: done, total: total, unit: unit, rate: rate,
                secondsLeft: rate > 0 ? (total - done) / rate : -1)
        }
    }
}
