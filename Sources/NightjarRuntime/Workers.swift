// Work on all cores, in pieces whose number does not depend on the number of cores.

import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Runs independent pieces of work on several threads.
///
/// Results are the same bytes for any thread count when each piece writes only its own output and
/// the caller combines the pieces in their order: callers fix the number of pieces by the shape of
/// the problem, never by ``count``.
public enum Workers {
    /// Number of threads used: `NIGHTJAR_THREADS` when set to a positive number, else all cores.
    public static let count: Int = {
        let asked = getenv("NIGHTJAR_THREADS").flatMap { Int(String(cString: $0)) }
        if let asked, asked > 0 { return min(asked, 1024) }
        return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }()

    /// Whether the work of this thread stays on it, as in a job of ``sideBySide(_:_:)``.
    @TaskLocal static var staysOnThread = false

    /// Calls `body` once for each of `0 ..< pieces` and returns when all calls have returned.
    ///
    /// Pieces start in order; which thread runs one is not fixed, but the calling thread is one of
    /// them. Called from inside a piece, it still works, on the threads that are free.
    public static func run(_ pieces: Int, _ body: (Int) -> Void) {
        guard pieces > 1, count > 1, !staysOnThread else {
            for piece in 0..<max(0, pieces) { body(piece) }
            return
        }
        let nextPiece = Atomic<Int>(0)
        withoutActuallyEscaping(body) { body in
            // The caller promises that pieces are independent; the compiler cannot see that.
            nonisolated(unsafe) let body = body
            DispatchQueue.concurrentPerform(iterations: min(count, pieces)) { _ in
                while true {
                    let piece = nextPiece.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard piece < pieces else { return }
                    body(piece)
                }
            }
        }
    }

    /// Like ``run(_:_:)`` for pieces that can fail; throws the error of the first failed piece.
    public static func tryRun<Failure: Error>(
        _ pieces: Int, _ body: (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let failures = Mutex<[(piece: Int, error: Failure)]>([])
        run(pieces) { piece in
            do throws(Failure) {
                try body(piece)
            } catch {
                failures.withLock { $0.append((piece, error)) }
            }
        }
        if let first = failures.withLock({ $0.min { $0.piece < $1.piece } }) { throw first.error }
    }

    /// Runs jobs that are too small to keep several threads busy: one thread for each.
    ///
    /// What a job runs with ``run(_:_:)`` stays on its thread and gives the same bytes there. No job
    /// starts after one has failed. A single job has all threads.
    ///
    /// - Throws: The error of the first failed job, by number, when all that had begun have ended.
    public static func sideBySide<Failure: Error>(
        _ jobs: Int, _ body: (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let hasFailed = Atomic(false)
        try tryRun(jobs) { job throws(Failure) in
            guard !hasFailed.load(ordering: .relaxed) else { return }
            let outcome = $staysOnThread.withValue(jobs > 1) {
                Result { () throws(Failure) in try body(job) }
            }
            if case .failure(let error) = outcome {
                hasFailed.store(true, ordering: .relaxed)
                throw error
            }
        }
    }
}
