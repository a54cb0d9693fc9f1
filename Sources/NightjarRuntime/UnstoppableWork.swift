// Work that cannot look whether the user asked to stop.

import Dispatch
import Synchronization

/// Work such as one long call of a C library, on a thread of its own, so that nobody must wait for
/// it.
public enum UnstoppableWork {
    /// How soon a request to stop is seen.
    private static let pause = DispatchTimeInterval.milliseconds(20)

    private static let running = Atomic<Int>(0)

    /// Whether some work goes on, most likely for nobody.
    ///
    /// A process must not take the libraries apart in which it does: it ends by `_exit` then.
    public static var goesOn: Bool { running.load(ordering: .acquiring) > 0 }

    /// Does the work and gives what it gives.
    ///
    /// - Throws: What the work throws, or ``Interrupted`` when the user asks to stop. The work then
    ///   goes on to its end, and what it gives is dropped: it must change nothing that others see.
    public static func run<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        running.add(1, ordering: .relaxed)
        DispatchQueue.global().async {
            let result = Result { try work() }
            outcome.result.withLock { $0 = result }
            running.subtract(1, ordering: .releasing)
            outcome.isThere.signal()
        }
        while true {
            let ended = outcome.isThere.wait(timeout: .now() + pause)
            if ended == .success, let result = outcome.result.withLock({ $0 }) {
                return try result.get()
            }
            try Interruption.check()
        }
    }

    /// What the work gave, once it has.
    private final class Outcome<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let isThere = DispatchSemaphore(value: 0)
    }
}
