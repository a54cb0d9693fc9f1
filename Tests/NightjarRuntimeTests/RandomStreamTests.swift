import Testing

@testable import NightjarRuntime

@Suite("Random streams")
struct RandomStreamTests {
    @Test("continue exactly from a saved state, at odd and even positions", arguments: 0..<5)
    func resume(_ drawn: Int) {
        var stream = RandomStream(seed: 7, "dropout")
        for _ in 0..<drawn { _ = stream.next() }
        var copy = RandomStream(stream.state)
        #expect((0..<9).map { _ in copy.next() } == (0..<9).map { _ in stream.next() })
    }

    @Test("differ by name and by seed")
    func names() {
        var streams = [
            RandomStream(seed: 1, "a"), RandomStream(seed: 1, "b"), RandomStream(seed: 2, "a"),
            RandomStream(seed: 1, "a").split("a"),
        ]
        let firsts = streams.indices.map { streams[$0].next() }
        #expect(Set(firsts).count == firsts.count)
    }

    @Test("have the moments of their distributions")
    func moments() {
        var stream = RandomStream(seed: 3, "moments")
        let count = 200_000
        let uniform = (0..<count).map { _ in stream.uniform() }
        let normal = (0..<count).map { _ in stream.normal() }
        #expect(abs(uniform.reduce(0, +) / Double(count) - 0.5) < 0.005)
        #expect(abs(normal.reduce(0, +) / Double(count)) < 0.01)
        #expect(abs(normal.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 0.02)
    }

    @Test("draw every integer below a bound equally often")
    func integers() {
        var stream = RandomStream(seed: 4, "below")
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[stream.below(7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 10_000) < 500 })
    }

    @Test("shuffle into a permutation")
    func permutation() {
        var stream = RandomStream(seed: 5, "order")
        let order = stream.permutation(1000)
        #expect(order != Array(0..<1000))
        #expect(order.sorted() == Array(0..<1000))
    }

    @Test("match the published Philox 4x32-10 vector for counter and key zero")
    func published() {
        // Random123's known-answer file: 6627e8d5 e169c58d bc57ac4c 9b00dbd8.
        var stream = RandomStream(.init(key: 0, drawn: 0))
        #expect(stream.next() == 0xE169_C58D_6627_E8D5)
        #expect(stream.next() == 0x9B00_DBD8_BC57_AC4C)
    }
}
