// One report of several fits that run side by side.

import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Adds up how far fits are, and reports from the thread that started them.
struct JointProgress {
    private let handler: ProgressHandler?
    private let totals: [Double]
    private let work: Double
    private let done: Progress
    private let meter: ProgressMeter
    private let thread = pthread_self()

    /// What the fits have done, in examples.
    private final class Progress: Sendable {
        let examples: Mutex<[Double]>

        init(count: Int) { examples = Mutex([Double](repeating: 0, count: count)) }
    }

    /// Begins to report on fits that train so many examples each, all epochs counted.
    init(_ totals: [Double], _ handler: ProgressHandler?) {
        self.handler = handler
        self.totals = totals
        work = totals.reduce(0, +)
        done = Progress(count: totals.count)
        meter = ProgressMeter(handler)
    }

    /// Takes how far fit `number` is, all of it when not told; the thread that started all passes the
    /// sum on.
    func tell(_ number: Int, _ report: ProgressReport? = nil) {
        done.examples.withLock { $0[number] = report?.done ?? totals[number] }
        if pthread_equal(thread, pthread_self()) != 0 { pass() }
    }

    /// Reports where all ended, from the thread that started them.
    func end() {
        if !totals.isEmpty { pass(isLast: true) }
    }

    private func pass(isLast: Bool = false) {
        meter.report(isLast: isLast) { seconds in
            let (sum, finished) = done.examples.withLock { examples in
                (examples.reduce(0, +), zip(examples, totals).count { $0 >= $1 })
            }
            let rate = seconds > 0 ? sum / seconds : 0
            return ProgressReport(
                task: "model \(min(finished + 1, totals.count))/\(totals.count)", done: sum,
                total: work, unit: "ex", rate: rate,
                secondsLeft: rate > 0 ? (work - sum) / rate : -1)
        }
    }
}
