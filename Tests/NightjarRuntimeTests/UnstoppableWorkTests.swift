import Foundation
import NightjarRuntime
import Testing

@Suite("Work that does not look whether it must stop")
struct UnstoppableWorkTests {
    private struct Failure: Error {}

    @Test("gives its value or its error")
    func outcome() throws {
        #expect(try UnstoppableWork.run { 6 * 7 } == 42)
        #expect(throws: Failure.self) { try UnstoppableWork.run { throw Failure() } }
    }

    /// In a process of its own, as the request concerns the whole process.
    @Test("is not waited for when the user asks to stop")
    func interruption() async {
        await #expect(processExitsWith: .success) {
            let start = ContinuousClock.now
            #expect(throws: Interrupted.self) {
                try UnstoppableWork.run {
                    Interruption.request()
                    Thread.sleep(forTimeInterval: 60)
                }
            }
            #expect(start.duration(to: .now) < .seconds(30))
        }
    }
}
