import NightjarRuntime
import Testing

@Suite("Sorting that can be stopped")
struct InterruptibleSortTests {
    @Test("gives what sorting gives")
    func order() throws {
        var stream = RandomStream(seed: 1, "sort")
        for count in [0, 1, 2, 50, 1000] {
            var values = (0..<count).map { _ in stream.below(100) }
            #expect(try values.sortedInterruptibly(by: >) == values.sorted(by: >))
            let expected = values.sorted()
            try values.sortInterruptibly(by: <)
            #expect(values == expected)
        }
    }

    /// In a process of its own, as the request concerns the whole process.
    @Test("ends at the next comparison after the user asked to stop, and loses no element")
    func interruption() async {
        await #expect(processExitsWith: .success) {
            var stream = RandomStream(seed: 1, "sort")
            var values = stream.permutation(10_000)
            var comparisons = 0
            #expect(throws: Interrupted.self) {
                try values.sortInterruptibly {
                    comparisons += 1
                    if comparisons == 5000 { Interruption.request() }
                    return $0 < $1
                }
            }
            #expect(comparisons == 5000)
            #expect(Set(values) == Set(0..<10_000))
        }
    }
}
