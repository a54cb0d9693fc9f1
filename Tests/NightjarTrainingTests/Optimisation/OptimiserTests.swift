import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarTraining

@Suite("Update rules")
struct OptimiserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rule: UpdateRule
        let expected: [Float]
    }

    /// Three steps of PyTorch's optimisers in double precision, learning rate 0.1, from
    /// (1, -2, 0.5) along ``gradients``.
    static let cases = [
        Case(testDescription: "SGD", rule: .sgd(), expected: [1.025, -2.04, 0.46]),
        Case(
            testDescription: "momentum and L2", rule: .sgd(momentum: 0.9, l2: 0.01),
            expected: [1.038292789, -1.994665578, 0.388031369]),
        Case(
            testDescription: "Adam", rule: .adam(),
            expected: [0.991190833, -1.877238926, 0.247775607]),
        Case(
            testDescription: "Adam with L2", rule: .adam(l2: 0.01),
            expected: [0.985144632, -1.866514869, 0.246719455]),
        Case(
            testDescription: "Adam with other constants",
            rule: .adam(beta1: 0.8, beta2: 0.95, epsilon: 1e-3),
            expected: [0.996199868, -1.889047264, 0.256058864]),
        Case(
            testDescription: "AdamW", rule: .adamW(decay: 0.1),
            expected: [0.962920329, -1.820496985, 0.235885459]),
        Case(
            testDescription: "Adagrad", rule: .adagrad(),
            expected: [0.984975665, -1.99486833, 0.371256105]),
        Case(
            testDescription: "Adagrad with L2", rule: .adagrad(l2: 0.01),
            expected: [0.981658742, -1.98487369, 0.369852167]),
    ]

    static let gradients: [[Float]] = [[0.1, -0.2, 0.3], [-0.4, 0, 0.2], [0.05, 0.6, -0.1]]

    private func sum(_ parameter: Parameter, _ gradient: SummedGradient) throws -> GradientSum {
        let sum = GradientSum()
        try sum.take(gradient, of: parameter)
        return sum
    }

    @Test("step as PyTorch's do", arguments: cases)
    func literalSteps(_ example: Case) throws {
        let parameter = Parameter("p", try Tensor([1, -2, 0.5]))
        let optimiser = try Optimiser(example.rule, for: [parameter])
        for gradient in Self.gradients {
            try optimiser.step(sum(parameter, .dense(Tensor(gradient))), learningRate: 0.1)
        }
        for (value, expected) in zip(parameter.value.values, example.expected) {
            #expect(abs(value - expected) < 2e-6)
        }
        #expect(optimiser.stepCount == 3)
    }

    @Test("multiply gradients by the scale first", arguments: cases)
    func gradientScale(_ example: Case) throws {
        let scaled = Parameter("p", try Tensor([1, -2, 0.5]))
        let plain = Parameter("p", try Tensor([1, -2, 0.5]))
        let one = try Optimiser(example.rule, for: [scaled])
        let other = try Optimiser(example.rule, for: [plain])
        for gradient in Self.gradients {
            try one.step(
                sum(scaled, .dense(Tensor(gradient.map { 4 * $0 }))), learningRate: 0.1,
                gradientScale: 0.25)
            try other.step(sum(plain, .dense(Tensor(gradient))), learningRate: 0.1)
        }
        let distances = zip(scaled.value.values, plain.value.values).map { abs($0 - $1) }
        #expect(distances.allSatisfy { $0 < 1e-6 })
    }

    @Test("treat rows of a table as the dense gradient that they stand for", arguments: cases)
    func rowsEqualDense(_ example: Case) throws {
        var stream = RandomStream(seed: 2, "table")
        let start = try Tensor.normal([1500, 30], &stream)
        let sparse = Parameter("table", try start.copy())
        let dense = Parameter("table", try start.copy())
        let one = try Optimiser(example.rule, for: [sparse])
        let other = try Optimiser(example.rule, for: [dense])
        for _ in 0..<3 {
            let ids = stream.permutation(1500).prefix(200).map(Int32.init)
            let gradient = SummedGradient.rows(ids, try .normal([200, 30], &stream))
            try one.step(sum(sparse, gradient), learningRate: 0.05)
            try other.step(
                sum(dense, .dense(gradient.dense(like: dense.value))), learningRate: 0.05)
        }
        let distances = zip(sparse.value.values, dense.value.values).map { abs($0 - $1) }
        #expect(distances.allSatisfy { $0 < 1e-6 })
    }

    @Test("go on from a saved state as if nothing had happened", arguments: cases)
    func restoring(_ example: Case) throws {
        let parameter = Parameter("p", try Tensor([1, -2, 0.5]))
        let first = try Optimiser(example.rule, for: [parameter])
        for gradient in Self.gradients.prefix(2) {
            try first.step(sum(parameter, .dense(Tensor(gradient))), learningRate: 0.1)
        }
        let second = try Optimiser(example.rule, for: [parameter])
        try second.restore(stepCount: first.stepCount, state: first.state)
        try second.step(sum(parameter, .dense(Tensor(Self.gradients[2]))), learningRate: 0.1)
        for (value, expected) in zip(parameter.value.values, example.expected) {
            #expect(abs(value - expected) < 2e-6)
        }
    }

    @Test("leave frozen parameters alone, and move trainable ones without a gradient by L2 only")
    func withoutGradient() throws {
        let frozen = Parameter("frozen", try Tensor([1]), isTrainable: false)
        let idle = Parameter("idle", try Tensor([1]))
        let optimiser = try Optimiser(.sgd(l2: 0.5), for: [frozen, idle])
        try optimiser.step(GradientSum(), learningRate: 0.1)
        #expect(frozen.value.values == [1])
        #expect(abs(idle.value.values[0] - 0.95) < 1e-6)
    }

    @Test("refuse a state that lacks a tensor")
    func incompleteState() throws {
        let optimiser = try Optimiser(.adam(), for: [Parameter("p", try Tensor([1]))])
        #expect(throws: TensorError.self) {
            try optimiser.restore(stepCount: 1, state: ["p/first_moment": Tensor([0])])
        }
    }
}
