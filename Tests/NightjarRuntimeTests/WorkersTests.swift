import Synchronization
import Testing

@testable import NightjarRuntime

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
}
