import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Products in parts")
struct LongProductTests {
    @Test(
        "are what one product gives",
        arguments: [
            ([7, 5], [5, 3]), ([1, 5], [5, 3]), ([2, 7, 5], [2, 5, 3]),
            ([3, 2, 4, 5], [3, 2, 5, 6]), ([2, 7, 5], [5, 3]), ([2, 7, 5], [1, 5, 3]),
            ([7, 5], [2, 5, 3]), ([0, 5], [5, 3]),
            ([7, 0], [0, 3]), ([7, 5], [5, 0]), ([0, 7, 5], [0, 5, 3]),
        ])
    func agreement(_ left: [Int], _ right: [Int]) throws {
        var stream = RandomStream(seed: 1, "product")
        let a = try Tensor.normal(left, &stream)
        let b = try Tensor.normal(right, &stream)
        let whole = try a.matmul(b)
        for work in [1, 20, 60, 1 << 35] {
            let product = try a.matmul(b, partsOf: work)
            #expect(product.shape == whole.shape)
            #expect(zip(product.values, whole.values).allSatisfy { abs($0 - $1) < 1e-5 })
        }
    }

    @Test("refuse what does not fit as one product does", arguments: [[4, 3], [3], [2, 4, 3]])
    func misfits(_ shape: [Int]) throws {
        let (a, b) = (try Tensor(shape: [7, 5]), try Tensor(shape: shape))
        #expect(throws: TensorError.self) { try a.matmul(b, partsOf: 1) }
        #expect(throws: TensorError.self) { try b.matmul(a, partsOf: 1) }
    }

    /// In a process of its own, as the request concerns the whole process.
    @Test("stop between two parts when the user asks")
    func interruption() async {
        await #expect(processExitsWith: .success) {
            let a = try Tensor(shape: [7, 5])
            let b = try Tensor(shape: [5, 3])
            Interruption.request()
            #expect(throws: Interrupted.self) { try a.matmul(b, partsOf: 60) }
            #expect(throws: Never.self) { try a.matmul(b, partsOf: 7 * 5 * 3) }
        }
    }
}
