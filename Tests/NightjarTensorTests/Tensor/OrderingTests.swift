import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Sorting and selecting")
struct OrderingTests {
    @Test("a large k of ascending elements takes no longer than sorting")
    func manyOfAscending() throws {
        let start = ContinuousClock.now
        let top = try Tensor.range(to: 4_000_000).topK(250_000)
        let expected = (3_750_000..<4_000_000).reversed().map(Int32.init)
        #expect(top.positions.values == expected)
        #expect(start.duration(to: .now) < .seconds(20))
    }

    /// In a process of its own, as the request concerns the whole process.
    @Test("sorting and choosing end when the user asks to stop")
    func interruption() async {
        await #expect(processExitsWith: .success) {
            let x = try Tensor([3, 1, 2])
            Interruption.request()
            #expect(throws: Interrupted.self) { try x.sorted() }
            #expect(throws: Interrupted.self) { try x.argsort() }
            #expect(throws: Interrupted.self) { try x.topK(2) }
        }
    }

    @Test("sorts like the standard library, stably", arguments: [0, 1, 2, 17, 1000])
    func sorting(_ count: Int) throws {
        // Few distinct values, of both signs, so that stability shows.
        let values = sample([count], "values").map { Float(($0 * 4).rounded() / 4) }
        let x = try Tensor(values)
        let ascending = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        #expect(try x.argsort().values.map(Int.init) == ascending)
        let descending = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
        #expect(try x.argsort(descending: true).values.map(Int.init) == descending)
        #expect(try x.sorted().values == values.sorted())
        #expect(try x.sorted(descending: true).values == values.sorted(by: >))
    }

    @Test(
        "the k largest are the first of the sorted ones",
        arguments: [(1, 1), (17, 1), (17, 17), (1000, 10), (1000, 100), (5000, 300)])
    func topK(_ width: Int, _ k: Int) throws {
        let x = try tensor(
            sample([3, width], "scores").map { ($0 * 50).rounded() / 50 }, [3, width])
        let order = try x.argsort(descending: true)
        let sorted = try x.sorted(descending: true)
        let top = try x.topK(k)
        #expect(top.values.shape == [3, k] && top.positions.shape == [3, k])
        for row in 0..<3 {
            let wanted = row * width..<row * width + k
            let found = row * k..<(row + 1) * k
            #expect(Array(top.positions.values[found]) == Array(order.values[wanted]))
            #expect(Array(top.values.values[found]) == Array(sorted.values[wanted]))
        }
    }

    @Test("zeros are equal, infinities are ends, not-a-number comes last either way")
    func specialValues() throws {
        let x = try Tensor([0, .nan, -0.0, .infinity, -1, -.infinity, -.nan])
        #expect(try x.argsort().values == [5, 4, 0, 2, 3, 1, 6])
        #expect(try x.argsort(descending: true).values == [3, 0, 2, 4, 5, 1, 6])
        #expect(try x.topK(3).positions.values == [3, 0, 2])
        #expect(try x.topK(7).positions.values == [3, 0, 2, 4, 5, 1, 6])
    }

    @Test("k is checked", arguments: [0, -1, 4, Int.max, Int.min])
    func refusals(_ k: Int) throws {
        #expect(throws: TensorError.self) { try Tensor(shape: [2, 3]).topK(k) }
        #expect(throws: TensorError.self) { try Tensor(shape: [2, 0]).topK(k) }
        #expect(throws: TensorError.self) { try Tensor(scalar: 1).topK(k) }
        #expect(throws: TensorError.self) { try Tensor(scalar: 1).argsort() }
    }
}
