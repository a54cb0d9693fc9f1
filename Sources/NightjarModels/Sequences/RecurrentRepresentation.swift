// The states of a recurrent network.

import NightjarTensor

/// The states of a recurrent layer over the items so far, as wide as the embeddings.
///
/// Before the first item the layer has either seen a vector of zeros, as in Spotlight's `LSTMNet`, or
/// stands in a learned state, as in the mLSTM post. Padding is left out, unless there is a length to
/// which zeros run through the layer before shorter histories, as in Spotlight; a state never depends
/// on how far the other histories of a batch are padded.
///
/// Initial values are those of ``SequenceRecommender/InitialWeights``.
struct RecurrentRepresentation: SequenceRepresentation {
    /// What runs over the items.
    private enum Layer {
        case lstm(LSTMWeights)
        case mlstm(MLSTMWeights)
        case gru(GRUWeights)

        var parameters: [Parameter] {
            switch self {
            case .lstm(let weights): weights.parameters
            case .mlstm(let weights): weights.parameters
            case .gru(let weights): weights.parameters
            }
        }
    }

    private let layer: Layer
    /// The learned first state; `nil` when a vector of zeros comes first.
    private let initial: Parameter?
    private let paddedLength: Int?
    private let emits: EmittedState

    /// - Throws: ``TensorError``, or what the source throws.
    init(_ options: SequenceRecommender.Options, values source: ParameterSource) throws {
        let dim = options.dim
        let isMixture = options.representation == .mixture
        let name = isMixture ? "lstm" : options.representation.rawValue
        func parameter(_ suffix: String, _ shape: [Int]) throws -> Parameter {
            try source.parameter(
                "\(name).\(suffix)", shape, options.initialWeights.distribution(shape, dim: dim))
        }
        func gates() throws -> LSTMWeights {
            try LSTMWeights(
                inputWeight: parameter("weight_ih", [4 * dim, dim]),
                hiddenWeight: parameter("weight_hh", [4 * dim, dim]),
                inputBias: parameter("bias_ih", [4 * dim]),
                hiddenBias: parameter("bias_hh", [4 * dim]))
        }
        switch options.representation {
        case .mlstm:
            layer = .mlstm(
                try MLSTMWeights(
                    inputMultiplicative: parameter("weight_im", [dim, dim]),
                    hiddenMultiplicative: parameter("weight_hm", [dim, dim]),
                    inputMultiplicativeBias: parameter("bias_im", [dim]),
                    hiddenMultiplicativeBias: parameter("bias_hm", [dim]), gates: gates()))
        case .gru:
            layer = .gru(
                try GRUWeights(
                    inputWeight: parameter("weight_ih", [3 * dim, dim]),
                    hiddenWeight: parameter("weight_hh", [3 * dim, dim]),
                    inputBias: parameter("bias_ih", [3 * dim]),
                    hiddenBias: parameter("bias_hh", [3 * dim])))
        default:
            layer = .lstm(try gates())
        }
        initial =
            options.learnsInitialState
            ? try source.parameter(
                "\(name).initial", [dim], .normal(deviation: 1 / Float(dim))) : nil
        paddedLength = options.paddedLength
        emits = options.emitsCell ? .cell : .hidden
    }

    var parameters: [Parameter] { layer.parameters + (initial.map { [$0] } ?? []) }

    func states(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try run(
            items, PrecededItems(ids.dropLast(layout.examples), examples: layout.examples),
            on: tape, wantsAllSteps: true)
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        try run(
            items, PrecededItems(ids[...], examples: layout.examples), on: tape,
            wantsAllSteps: false)
    }

    private func run(
        _ items: Parameter, _ bare: PrecededItems, on tape: Tape, wantsAllSteps: Bool
    ) throws(TensorError) -> Variable {
        let preceded = paddedLength.map { bare.padded(to: $0) } ?? bare
        let states = try layerStates(
            items, preceded, on: tape, wantsAllSteps: wantsAllSteps)
        let added = preceded.layout.steps - bare.layout.steps
        guard wantsAllSteps, added > 0 else { return states }
        return try tape.slice(states, axis: 0, added..<preceded.layout.steps)
    }

    private func layerStates(
        _ items: Parameter, _ preceded: PrecededItems, on tape: Tape, wantsAllSteps: Bool
    ) throws(TensorError) -> Variable {
        let (ids, layout) = (preceded.ids, preceded.layout)
        let (examples, steps) = (layout.examples, layout.steps)
        // A vector of zeros is a step of its own; a learned state is there before the first item.
        let begins = initial == nil ? preceded.begins : preceded.begins.map { $0 + 1 }
        switch layer {
        case .lstm(let weights):
            return try tape.embeddedLSTM(
                items, ids: ids, examples: examples, steps: steps, weights: weights,
                initial: initial, begins: begins, emits: emits, wantsAllSteps: wantsAllSteps)
        case .mlstm(let weights):
            return try tape.embeddedMLSTM(
                items, ids: ids, examples: examples, steps: steps, weights: weights,
                initial: initial, begins: begins, emits: emits, wantsAllSteps: wantsAllSteps)
        case .gru(let weights):
            return try tape.embeddedGRU(
                items, ids: ids, examples: examples, steps: steps, weights: weights,
                initial: initial, begins: begins, wantsAllSteps: wantsAllSteps)
        }
    }
}

extension SequenceRecommender.InitialWeights {
    /// How the elements of a weight or bias of a layer over D numbers are drawn.
    fileprivate func distribution(_ shape: [Int], dim: Int) -> ParameterSource.Distribution {
        switch (self, shape.count) {
        case (.uniform, _): .uniform(bound: 1 / Float(dim).squareRoot())
        // The gates of a layer are matrices of their own, one below the other.
        case (.glorot, 2): .uniform(bound: (3 / Float(dim)).squareRoot())
        case (.glorot, _): .constant(0)
        }
    }
}
