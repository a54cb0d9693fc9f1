import NightjarTensor
import Testing

@testable import NightjarModels

#if canImport(Glibc)
    import Glibc
#endif

@Suite("States of causal convolutions")
struct ConvolutionalRepresentationTests {
    /// Values that a formula gives, the same here and where the expected states come from.
    private static func values(_ shape: [Int], _ phase: Double) throws -> Tensor {
        let values = (0..<shape.reduce(1, *)).map { Float(sin(phase + 1.7 * Double($0))) }
        return try Tensor(values, shape: shape)
    }

    private static var source: ParameterSource {
        ParameterSource { name, shape, _ in
            let layer = name.hasPrefix("cnn.2") ? 1.0 : 0
            return try values(shape, (name.hasSuffix("weight") ? 0.5 : 0.9) + layer)
        }
    }

    private static let items: [Int32] = [3, 1, 6, 2, 5]

    /// The states before each item and after the last: PyTorch's `conv1d` in double precision, padded
    /// and added up as in Spotlight's `CNNNet`.
    private static let expected: [Convolution.Activation: [Double]] = [
        .tanh: [
            1.5108, 0.273044, -1.203462, 0.849079, 0.943551, -1.731461, 2.878791, -1.502098,
            1.930114, 2.38958, -2.626177, 2.025991,
        ],
        .relu: [
            1.372552, 0, 0.265855, 0.778007, 1.100039, 0, 2.759354, 0, 0.297106, 1.300824, 0,
            2.715184,
        ],
    ]

    @Test("are those of Spotlight's network", arguments: Convolution.Activation.allCases)
    func judge(_ activation: Convolution.Activation) throws {
        let table = Parameter("items", try Self.values([7, 2], 0.3))
        try table.value.row(0).fill(0)
        let representation = try ConvolutionalRepresentation(
            dim: 2,
            Convolution(
                kernel: 3, dilations: [1, 2], activation: activation,
                isResidual: activation == .tanh), values: Self.source)
        for padding in [0, 1, 9] {
            let ids = [Int32](repeating: 0, count: padding) + Self.items
            let layout = RowLayout(examples: 1, steps: ids.count, isTimeMajor: true)
            let before = try representation.states(table, ids, layout, on: Tape()).value
            let after = try representation.lastState(table, ids, layout, on: Tape()).value
            #expect(before.shape == [ids.count, 1, 2] && after.shape == [1, 2])
            let found = before.values.dropFirst(2 * padding) + after.values
            let expected = try #require(Self.expected[activation])
            #expect(found.count == expected.count)
            for (found, expected) in zip(found, expected) {
                #expect(abs(Double(found) - expected) < 2e-6, "\(padding) steps of padding")
            }
        }
    }

    @Test("see no further back than their windows reach")
    func receptiveField() throws {
        let representation = try ConvolutionalRepresentation(
            dim: 2, Convolution(kernel: 2, dilations: [1, 3]), values: Self.source)
        let table = Parameter("items", try Self.values([7, 2], 0.3))
        func last(_ ids: [Int32]) throws -> [Float] {
            let layout = RowLayout(examples: 1, steps: ids.count, isTimeMajor: true)
            return try representation.lastState(table, ids, layout, on: Tape()).value.values
        }
        // The window of the second layer reaches 3 steps back, that of the first 1 more.
        #expect(try last([1, 2, 3, 4, 5, 6]) == last([6, 2, 3, 4, 5, 6]))
        #expect(try last([1, 2, 3, 4, 5, 6]) != last([1, 1, 3, 4, 5, 6]))
    }

    @Test("refuse stacks that make no sense")
    func badStacks() {
        for convolution in [
            Convolution(kernel: 0), Convolution(kernel: .max), Convolution(dilations: []),
            Convolution(dilations: [1, 0]), Convolution(dilations: [.max]),
            Convolution(dilations: [Int](repeating: 1, count: 1000)),
        ] {
            #expect(throws: ModelError.self) {
                try SequenceRecommender(
                    .init(items: 3, representation: .cnn, convolution: convolution), seed: 1)
            }
        }
    }
}
