// The recurrent layers under test, each with the formulas that it should compute.

@testable import NightjarTensor

/// A recurrent layer over a table, and its formulas for one sequence.
struct RecurrentLayer {
    enum Kind: String, CaseIterable, Sendable { case lstm, mlstm, gru }

    let kind: Kind
    let table: Parameter
    /// The weights in the order of the layer's type.
    let weights: [Parameter]
    let initial: Parameter?
    let emits: EmittedState
    let hidden: Int
    private let width: Int

    /// The table, the weights and the first state.
    var parameters: [Parameter] { [table] + weights + (initial.map { [$0] } ?? []) }

    init(
        _ kind: Kind, rows: Int, width: Int = 3, hidden: Int = 5, hasInitial: Bool = false,
        emits: EmittedState = .hidden
    ) throws {
        self.kind = kind
        self.width = width
        self.hidden = hidden
        self.emits = emits
        table = try parameter("table", [rows, width], scale: 1)
        initial = try hasInitial ? parameter("initial", [hidden], scale: 1) : nil
        let gates = (kind == .gru ? 3 : 4) * hidden
        var weights: [Parameter] = []
        if kind == .mlstm {
            weights = try [
                parameter("input factor", [hidden, width], scale: 1),
                parameter("state factor", [hidden, hidden], scale: 1),
                parameter("input factor bias", [hidden]), parameter("state factor bias", [hidden]),
            ]
        }
        weights += try [
            parameter("input", [gates, width]), parameter("hidden", [gates, hidden]),
            parameter("input bias", [gates]), parameter("hidden bias", [gates]),
        ]
        self.weights = weights
    }

    /// A layer with a first state and parameters in the order of ``parameters``, fit or not.
    init(_ kind: Kind, _ parameters: [Parameter], hidden: Int) {
        self.kind = kind
        self.hidden = hidden
        table = parameters[0]
        weights = Array(parameters[1..<parameters.count - 1])
        initial = parameters[parameters.count - 1]
        emits = .hidden
        width = table.value.columnCount
    }

    private func lstmWeights(_ four: some Collection<Parameter>) throws -> LSTMWeights {
        let four = Array(four)
        return try LSTMWeights(
            inputWeight: four[0], hiddenWeight: four[1], inputBias: four[2], hiddenBias: four[3])
    }

    private func mlstmWeights() throws -> MLSTMWeights {
        try MLSTMWeights(
            inputMultiplicative: weights[0], hiddenMultiplicative: weights[1],
            inputMultiplicativeBias: weights[2], hiddenMultiplicativeBias: weights[3],
            gates: lstmWeights(weights.suffix(4)))
    }

    private func gruWeights() throws -> GRUWeights {
        try GRUWeights(
            inputWeight: weights[0], hiddenWeight: weights[1], inputBias: weights[2],
            hiddenBias: weights[3])
    }

    /// The operation over rows of the table.
    func run(
        _ tape: Tape, _ ids: [Int32], examples: Int, steps: Int, padding: Int32 = 0,
        wantsAllSteps: Bool
    ) throws -> Variable {
        switch kind {
        case .lstm:
            try tape.embeddedLSTM(
                table, ids: ids, examples: examples, steps: steps, weights: lstmWeights(weights),
                initial: initial, emits: emits, padding: padding, wantsAllSteps: wantsAllSteps)
        case .mlstm:
            try tape.embeddedMLSTM(
                table, ids: ids, examples: examples, steps: steps, weights: mlstmWeights(),
                initial: initial, emits: emits, padding: padding, wantsAllSteps: wantsAllSteps)
        case .gru:
            try tape.embeddedGRU(
                table, ids: ids, examples: examples, steps: steps, weights: gruWeights(),
                initial: initial, padding: padding, wantsAllSteps: wantsAllSteps)
        }
    }

    /// The operation over values.
    func run(_ tape: Tape, over x: Variable, wantsAllSteps: Bool) throws -> Variable {
        switch kind {
        case .lstm:
            try tape.lstm(
                x, weights: lstmWeights(weights), initial: initial, emits: emits,
                wantsAllSteps: wantsAllSteps)
        case .mlstm:
            try tape.mlstm(
                x, weights: mlstmWeights(), initial: initial, emits: emits,
                wantsAllSteps: wantsAllSteps)
        case .gru:
            try tape.gru(
                x, weights: gruWeights(), initial: initial, wantsAllSteps: wantsAllSteps)
        }
    }

    /// The layer without a tape.
    func inference() throws -> RecurrentInference {
        switch kind {
        case .lstm:
            try RecurrentInference(
                lstmWeights(weights), over: table.value, initial: initial, emits: emits)
        case .mlstm:
            try RecurrentInference(
                mlstmWeights(), over: table.value, initial: initial, emits: emits)
        case .gru:
            try RecurrentInference(gruWeights(), over: table.value, initial: initial)
        }
    }

    /// The states that one sequence should go through, by the formulas; `values` are those of
    /// ``parameters``.
    func states(
        _ ids: some Collection<Int32>, _ values: [[Scalar]], _ tape: ScalarTape
    ) -> [[Scalar]] {
        let (table, weights) = (values[0], Array(values.dropFirst()))
        let zero = tape.inputs([Double](repeating: 0, count: hidden))
        var h = initial == nil ? zero : weights[weights.count - 1]
        var c = h
        return ids.map { id in
            let x = Array(table[Int(id) * width..<(Int(id) + 1) * width])
            switch kind {
            case .lstm:
                (h, c) = lstm(x, seen: h, c, weights[...])
            case .mlstm:
                let m = zip(
                    affine(x, weights[0], weights[2]), affine(h, weights[1], weights[3])
                ).map { $0 * $1 }
                (h, c) = lstm(x, seen: m, c, weights[4...])
            case .gru:
                h = gru(x, h, weights, one: tape.input(1))
            }
            return emits == .cell ? c : h
        }
    }

    private func lstm(
        _ x: [Scalar], seen: [Scalar], _ c: [Scalar], _ weights: ArraySlice<[Scalar]>
    ) -> ([Scalar], [Scalar]) {
        let weights = Array(weights)
        let a = zip(affine(x, weights[0], weights[2]), affine(seen, weights[1], weights[3])).map {
            $0 + $1
        }
        let cell = (0..<hidden).map { k in
            Scalar.sigmoid(a[hidden + k]) * c[k]
                + Scalar.sigmoid(a[k]) * Scalar.tanh(a[2 * hidden + k])
        }
        let state = (0..<hidden).map { k in
            Scalar.sigmoid(a[3 * hidden + k]) * Scalar.tanh(cell[k])
        }
        return (state, cell)
    }

    private func gru(_ x: [Scalar], _ h: [Scalar], _ weights: [[Scalar]], one: Scalar) -> [Scalar] {
        let (v, u) = (affine(x, weights[0], weights[2]), affine(h, weights[1], weights[3]))
        return (0..<hidden).map { k in
            let r = Scalar.sigmoid(v[k] + u[k])
            let z = Scalar.sigmoid(v[hidden + k] + u[hidden + k])
            let n = Scalar.tanh(v[2 * hidden + k] + r * u[2 * hidden + k])
            return (one - z) * n + z * h[k]
        }
    }

    /// x·Wᵀ + b.
    private func affine(_ x: [Scalar], _ weight: [Scalar], _ bias: [Scalar]) -> [Scalar] {
        bias.indices.map { row in
            x.indices.reduce(bias[row]) { $0 + weight[row * x.count + $1] * x[$1] }
        }
    }
}
