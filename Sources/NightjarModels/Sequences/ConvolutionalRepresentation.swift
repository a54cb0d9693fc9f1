// The states of a stack of causal convolutions.

import NightjarTensor

/// How a stack of causal convolutions is built.
public struct Convolution: Sendable, Equatable {
    /// What follows each convolution.
    public enum Activation: String, Sendable, CaseIterable {
        /// The hyperbolic tangent.
        case tanh
        /// max(x, 0).
        case relu
    }

    /// Steps that one convolution sees.
    public var kernel: Int
    /// Steps from one that it sees to the next, for each layer.
    public var dilations: [Int]
    /// What follows each convolution.
    public var activation: Activation
    /// Whether each layer's input is added to its output.
    public var isResidual: Bool

    /// Creates a stack.
    public init(
        kernel: Int = 3, dilations: [Int] = [1], activation: Activation = .tanh,
        isResidual: Bool = true
    ) {
        self.kernel = kernel
        self.dilations = dilations
        self.activation = activation
        self.isResidual = isResidual
    }

    /// The most layers.
    static let layerLimit = 64

    /// The windows of the layers.
    ///
    /// - Throws: ``ModelError/badSize(option:value:)``.
    func windows() throws -> [CausalWindow] {
        guard (1...1 << 16).contains(kernel) else {
            throw ModelError.badSize(option: "kernel", value: kernel)
        }
        guard (1...Self.layerLimit).contains(dilations.count) else {
            throw ModelError.badSize(option: "number of dilations", value: dilations.count)
        }
        return try dilations.map { dilation in
            guard (1...1 << 20).contains(dilation) else {
                throw ModelError.badSize(option: "dilation", value: dilation)
            }
            return try CausalWindow(count: kernel, dilation: dilation)
        }
    }
}

/// A stack of dilated causal convolutions over the embeddings, as wide as they are.
///
/// With x⁰ the embeddings, each layer is xˡ = f(W·[x at the steps of the window] + b) + xˡ⁻¹, the sum
/// only with residual connections. Before the first item every layer sees zeros, however far a
/// history was padded; in Spotlight the padding inside a batch counts from the second layer on.
///
/// Weights have shape `[D, k·D]`, the earliest step first. Initial values are uniform in ±1/√(k·D),
/// as in PyTorch. Source: Spotlight, `CNNNet`.
struct ConvolutionalRepresentation: SequenceRepresentation {
    private struct Layer {
        let window: CausalWindow
        let weight: Parameter
        let bias: Parameter
    }

    private let layers: [Layer]
    private let convolution: Convolution

    /// - Throws: ``ModelError``, ``TensorError``, or what the source throws.
    init(dim: Int, _ convolution: Convolution, values source: ParameterSource) throws {
        let windows = try convolution.windows()
        let width = convolution.kernel * dim
        let bound = 1 / Float(width).squareRoot()
        layers = try windows.enumerated().map { number, window in
            let name = "cnn.\(number + 1)"
            return Layer(
                window: window,
                weight: try source.parameter(
                    "\(name).weight", [dim, width], .uniform(bound: bound)),
                bias: try source.parameter("\(name).bias", [dim], .uniform(bound: bound)))
        }
        self.convolution = convolution
    }

    var parameters: [Parameter] { layers.flatMap { [$0.weight, $0.bias] } }

    /// Steps back from a state that decide it, itself included.
    private var receptiveField: Int { layers.reduce(1) { $0 + $1.window.reach } }

    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try run(
            items, PrecededItems(ids.dropLast(layout.examples), examples: layout.examples),
            on: tape)
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        let preceded = PrecededItems(ids[...], examples: layout.examples)
            .suffix(receptiveField)
        let states = try run(items, preceded, on: tape)
        let last = preceded.layout.steps - 1
        return try tape.reshape(
            tape.slice(states, axis: 0, last..<last + 1),
            [layout.examples, items.value.columnCount])
    }

    private func run(
        _ items: Parameter, _ preceded: PrecededItems, on tape: Tape
    ) throws(TensorError) -> Variable {
        let layout = preceded.layout
        var x = try tape.gather(
            items, preceded.ids, shape: [layout.steps, layout.examples], padding: 0,
            layout: layout)
        for layer in layers {
            let windows = try tape.causalWindows(x, layer.window, begins: preceded.begins)
            let product = try tape.linear(
                windows, layer.weight, bias: layer.bias, layout: layout)
            let active =
                switch convolution.activation {
                case .tanh: try tape.tanh(product)
                case .relu: try tape.relu(product)
                }
            x = convolution.isResidual ? try tape.add(active, x) : active
        }
        return x
    }
}
