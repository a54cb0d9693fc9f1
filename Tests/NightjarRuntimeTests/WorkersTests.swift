import Synchronization
import Testing

@testable import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Workers")
struct WorkersTests {
    struct Failure: Error, Equatable { let piece: Int }

    @Test("call every piece once", arguments: [0, 1, 2, 7, 1000])
    func once(_ pieces: Int) {
        let calls = Mutex([Int](repeating: 0, count: pieces))
        Workers.run(pieces) { piece in calls.withLock { $0[piece] += 1 } }
        #expect(calls.withLock { $0 } == [Int](repeating: 1, count: pieces))
    }

    @Test("report the error of the first failed piece")
    func failures() {
        #expect(throws: Failure(piece: 3)) {
            try Workers.tryRun(9) { piece in if piece >= 3 { throw Failure(piece: piece) } }
        }
    }

    @Test("run jobs side by side, the work of each on one thread", arguments: [2, 5])
    func sideBySide(_ jobs: Int) {
        let threads = Mutex([Set<pthread_t>](repeating: [], count: jobs))
        Workers.sideBySide(jobs) { job in
            Workers.run(50) { _ in
                usleep(100)
                _ = threads.withLock { $0[job].insert(pthread_self()) }
            }
        }
        #expect(threads.withLock { $0.map(\.count) } == [Int](repeating: 1, count: jobs))
    }

    @Test("keep a job's work on its thread no longer than the job, and not for a single one")
    func afterwards() {
        let kept = Mutex([Bool]())
        for jobs in [2, 1] {
            Workers.sideBySide(jobs) { _ in
                kept.withLock { $0.append(Workers.staysOnThread) }
            }
        }
        #expect(kept.withLock { $0 } == [true, true, false])
        #expect(!Workers.staysOnThread)
    }

    @Test("start no job after one has failed")
    func failedJob() {
        let begun = Mutex(0)
        #expect(throws: Failure(piece: 1)) {
            try Workers.sideBySide(1000) { job in
                begun.withLock { $0 += 1 }
                if job == 1 { throw Failure(piece: 1) }
                usleep(1000)
            }
        }
        #expect(begun.withLock { $0 } < 1000)
    }
}
