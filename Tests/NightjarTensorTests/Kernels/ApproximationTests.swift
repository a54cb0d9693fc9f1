import CKernels
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Vectorised elementary functions")
struct ApproximationTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kernel: @Sendable (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
        let exact: @Sendable (Double) -> Double
        let range: ClosedRange<Double>
        let bound: Double
    }

    static let functions = [
        Function(
            testDescription: "exp", kernel: { nj_exp($0, $1, $2) }, exact: { exp($0) },
            range: -87...88.3, bound: 2e-7),
        Function(
            testDescription: "sigmoid", kernel: { nj_sigmoid($0, $1, $2) },
            exact: { 1 / (1 + exp(-$0)) }, range: -80...80, bound: 3e-7),
        Function(
            testDescription: "tanh", kernel: { nj_tanh($0, $1, $2) }, exact: { tanh($0) },
            range: -20...20, bound: 3e-7),
        Function(
            testDescription: "log", kernel: { nj_log($0, $1, $2) }, exact: { log($0) },
            range: 1e-30...1e30, bound: 2e-7),
        Function(
            testDescription: "log near 1", kernel: { nj_log($0, $1, $2) }, exact: { log($0) },
            range: 0.5...2, bound: 2e-7),
        Function(
            testDescription: "softplus", kernel: { nj_softplus($0, $1, $2) },
            exact: { log1p(exp($0)) }, range: -80...80, bound: 5e-7),
        Function(
            testDescription: "gelu", kernel: { nj_gelu($0, $1, $2) },
            exact: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }, range: -5...8, bound: 1.2e-6),
        Function(
            testDescription: "gelu far below 0", kernel: { nj_gelu($0, $1, $2) },
            exact: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }, range: -12...(-5), bound: 1.2e-5),
    ]

    @Test("stay within their relative error everywhere", arguments: functions)
    func bounds(_ function: Function) {
        let inputs = (0...20_000).map { step in
            let share = Double(step) / 20_000
            let (low, high) = (function.range.lowerBound, function.range.upperBound)
            // Positive ranges of many orders of magnitude are walked evenly in the exponent.
            let point = low > 0 ? low * pow(high / low, share) : low + (high - low) * share
            return Float(point)
        }
        var outputs = [Float](repeating: 0, count: inputs.count)
        function.kernel(inputs.count, inputs, &outputs)
        var worst = 0.0
        for (x, y) in zip(inputs, outputs) {
            let exact = function.exact(Double(x))
            worst = max(worst, abs(Double(y) - exact) / max(abs(exact), 1e-37))
        }
        #expect(worst < function.bound)
    }

    @Test("agree whatever the length, so tails are computed like bodies", arguments: functions)
    func tails(_ function: Function) {
        let inputs = (0..<67).map { Float(0.6 + Double($0) / 50) }
        var whole = [Float](repeating: 0, count: inputs.count)
        function.kernel(inputs.count, inputs, &whole)
        for count in [1, 3, 15, 16, 17, 33] {
            var part = [Float](repeating: 0, count: count)
            function.kernel(count, inputs, &part)
            #expect(difference(part.map(Double.init), whole.prefix(count).map(Double.init)) < 1e-7)
        }
    }

    @Test("have their limits at the infinities, and keep not-a-number")
    func specialValues() {
        func at(
            _ x: Float, _ kernel: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
        ) -> Float {
            var result: Float = 0
            withUnsafePointer(to: x) { kernel(1, $0, &result) }
            return result
        }
        let infinity = Float.infinity
        #expect(at(infinity) { nj_exp($0, $1, $2) } == infinity)
        #expect(at(100) { nj_exp($0, $1, $2) } == infinity)
        #expect(at(-infinity) { nj_exp($0, $1, $2) } == 0)
        #expect(at(0) { nj_exp($0, $1, $2) } == 1)
        #expect(at(infinity) { nj_sigmoid($0, $1, $2) } == 1)
        #expect(at(-infinity) { nj_sigmoid($0, $1, $2) } == 0)
        #expect(at(infinity) { nj_tanh($0, $1, $2) } == 1)
        #expect(at(-infinity) { nj_tanh($0, $1, $2) } == -1)
        #expect(at(0) { nj_log($0, $1, $2) } == -infinity)
        #expect(at(infinity) { nj_log($0, $1, $2) } == infinity)
        #expect(at(-1) { nj_log($0, $1, $2) }.isNaN)
        #expect(at(-infinity) { nj_log($0, $1, $2) }.isNaN)
        let denormal = Float.leastNonzeroMagnitude * 700
        #expect(abs(at(denormal) { nj_log($0, $1, $2) } - logf(denormal)) < 1e-4)
        #expect(at(infinity) { nj_softplus($0, $1, $2) } == infinity)
        #expect(at(-infinity) { nj_softplus($0, $1, $2) } == 0)
        for function in Self.functions {
            #expect(at(.nan) { function.kernel($0, $1, $2) }.isNaN)
        }
    }

    @Test("finds numbers that are not finite wherever they stand")
    func finiteness() throws {
        for count in [1, 31, 32, 33, 100] {
            #expect(try Tensor(repeating: 1, shape: [count]).isFinite)
            for place in [0, count / 2, count - 1] {
                for bad: Float in [.nan, .infinity, -.infinity] {
                    let x = try Tensor(repeating: 1, shape: [count])
                    x.pointer[place] = bad
                    #expect(!x.isFinite)
                }
            }
        }
    }
}
