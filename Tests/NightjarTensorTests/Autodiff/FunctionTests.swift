import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Functions of one variable")
struct FunctionTests {
    struct Function: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var low = -3.0
        var high = 3.0
        let formula: @Sendable (Double) -> Double
        let apply: @Sendable (Tape, Variable) throws -> Variable
    }

    static let functions = [
        Function(testDescription: "exp", formula: { exp($0) }) { try $0.exp($1) },
        Function(testDescription: "log", low: 0.1, formula: { log($0) }) { try $0.log($1) },
        Function(testDescription: "sqrt", low: 0.1, formula: { $0.squareRoot() }) {
            try $0.sqrt($1)
        },
        Function(testDescription: "abs", formula: { abs($0) }) { try $0.abs($1) },
        Function(testDescription: "tanh", formula: { tanh($0) }) { try $0.tanh($1) },
        Function(testDescription: "sigmoid", formula: { 1 / (1 + exp(-$0)) }) {
            try $0.sigmoid($1)
        },
        Function(testDescription: "relu", formula: { max($0, 0) }) { try $0.relu($1) },
        Function(testDescription: "leaky relu", formula: { max($0, 0) + 0.2 * min($0, 0) }) {
            try $0.leakyRelu($1, slope: 0.2)
        },
        Function(
            testDescription: "gelu", formula: { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) }
        ) { try $0.gelu($1) },
        Function(testDescription: "softplus", formula: { log1p(exp($0)) }) {
            try $0.softplus($1)
        },
        Function(testDescription: "log sigmoid", formula: { -log1p(exp(-$0)) }) {
            try $0.logSigmoid($1)
        },
        Function(testDescription: "square", formula: { $0 * $0 }) { try $0.power($1, 2) },
        Function(testDescription: "power 0", formula: { _ in 1 }) { try $0.power($1, 0) },
        Function(testDescription: "power 3", formula: { $0 * $0 * $0 }) { try $0.power($1, 3) },
        Function(testDescription: "power -0.7", low: 0.2, formula: { pow($0, -0.7) }) {
            try $0.power($1, -0.7)
        },
        Function(testDescription: "clamp", formula: { min(max($0, -1), 0.5) }) {
            try $0.clamp($1, -1, 0.5)
        },
    ]

    @Test(
        "equals the formula, with gradients", arguments: functions,
        [[], [0], [1], [3], [17], [33], [3, 17]])
    func values(_ function: Function, _ shape: [Int]) throws {
        try GradientCheck(
            shapes: [shape], low: function.low, high: function.high,
            reference: { $0[0].map(function.formula) },
            operation: { try function.apply($0, $1[0]) }
        ).run()
    }

    @Test("has the gradients that are promised at corners")
    func corners() throws {
        func slope(
            at x: Float, _ function: (Tape, Variable) throws -> Variable
        ) throws -> Float? {
            let tape = Tape(GradientSum())
            let input = tape.input(try Tensor([x]))
            try tape.backward(from: function(tape, input))
            return input.gradient?.values.first
        }
        #expect(try slope(at: 0) { try $0.abs($1) } == 0)
        #expect(try slope(at: 0) { try $0.relu($1) } == 0)
        #expect(try slope(at: 1) { try $0.clamp($1, -1, 1) } == 1)
        #expect(try slope(at: 0) { try $0.power($1, 0) } == 0)
        #expect(try slope(at: 0) { try $0.power($1, 2) } == 0)
    }

    @Test("keeps not-a-number", arguments: functions.filter { $0.testDescription != "power 0" })
    func notANumber(_ function: Function) throws {
        let tape = Tape()
        #expect(try function.apply(tape, tape.constant(Tensor([.nan]))).value.values[0].isNaN)
    }

    @Test("goes through parallel pieces without a seam")
    func large() throws {
        let x = try tensor(sample([300_001], "large"), [300_001])
        let (whole, values) = (try x.tanh().values, x.values)
        for index in stride(from: 0, to: values.count, by: 997) {
            #expect(abs(whole[index] - tanhf(values[index])) < 1e-6)
        }
    }

    @Test("refuses a clamp whose bounds are crossed")
    func badClamp() throws {
        let x = try Tensor([1])
        #expect(throws: TensorError.self) { try x.clamped(1, -1) }
        #expect(throws: TensorError.self) { try x.clamped(.nan, 1) }
    }
}
