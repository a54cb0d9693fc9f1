import NightjarTensor
import Testing

@testable import NightjarModels

@Suite("Source of parameters")
struct ParameterSourceTests {
    @Test("draws the same values for the same seed and name, in whatever order")
    func repeatable() throws {
        let (one, other) = (ParameterSource.random(seed: 3), ParameterSource.random(seed: 3))
        let first = try one.parameter("a", [4], .uniform(bound: 1)).value.values
        _ = try other.parameter("b", [9], .normal())
        #expect(try other.parameter("a", [4], .uniform(bound: 1)).value.values == first)
        #expect(try other.parameter("b", [4], .uniform(bound: 1)).value.values != first)
        let third = ParameterSource.random(seed: 4)
        #expect(try third.parameter("a", [4], .uniform(bound: 1)).value.values != first)
    }

    @Test("draws from the distribution that is asked for")
    func distributions() throws {
        let source = ParameterSource.random(seed: 1)
        let uniform = try source.parameter("u", [10_000], .uniform(bound: 0.5)).value.values
        #expect(uniform.allSatisfy { $0 >= -0.5 && $0 < 0.5 })
        #expect(abs(uniform.reduce(0) { $0 + $1 * $1 } / 10_000 - 0.25 / 3) < 0.003)
        let normal = try source.parameter("n", [1001, 10], .normal(paddingRow: 0)).value
        #expect(try normal.row(0).values == [Float](repeating: 0, count: 10))
        #expect(abs(normal.values.reduce(0) { $0 + $1 * $1 } / 10_000 - 1) < 0.06)
        #expect(try source.parameter("c", [2], .constant(7)).value.values == [7, 7])
        let padded = try source.parameter("p", [3, 1], .constant(7, paddingRow: 0))
        #expect(padded.value.values == [0, 7, 7])
    }
}
