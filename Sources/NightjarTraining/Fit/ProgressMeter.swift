// When to tell of progress: often enough to look alive, seldom enough to cost nothing.

import NightjarRuntime

/// Passes on reports at most five times a second.
struct ProgressMeter {
    private let handler: ProgressHandler?
    private let start = ContinuousClock.now
    private var last: ContinuousClock.Instant?

    init(_ handler: ProgressHandler?) { self.handler = handler }

    /// Makes and passes on a report if one is due; `make` gets the seconds since the start.
    mutating func report(_ make: (Double) -> ProgressReport) {
        guard let handler else { return }
        let now = ContinuousClock.now
        guard now - (last ?? start) >= .milliseconds(200) else { return }
        last = now
        handler(make((now - start) / .seconds(1)))
    }
}
