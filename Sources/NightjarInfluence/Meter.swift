// Progress of a run that counts what it has done.

import NightjarRuntime

/// Counts units of work and reports about five times a second.
final class Meter {
    private let unit: String
    private let total: Double
    private let progress: ProgressHandler?
    private let start = ContinuousClock.now
    private var lastReport = ContinuousClock.now
    private var done = 0.0

    init(unit: String, total: Double, _ progress: ProgressHandler?) {
        self.unit = unit
        self.total = total
        self.progress = progress
    }

    /// Counts `amount` more units of `task`.
    func advance(_ amount: Double, _ task: String) {
        done += amount
        guard let progress else { return }
        let now = ContinuousClock.now
        guard now - lastReport > .milliseconds(200) || done >= total else { return }
        lastReport = now
        let elapsed = (now - start) / .seconds(1)
        let rate = elapsed > 0 ? done / elapsed : 0
        progress(
            ProgressReport(
                task: task, done: done, total: total, unit: unit, rate: rate,
                secondsLeft: rate > 0 ? (total - done) / rate : -1))
    }
}
