// Where the inputs of a recurrent layer come from, and how their gradients go back there.

/// The inputs of a recurrent layer over a batch.
protocol RecurrentInput {
    /// The rows whose products with the input maps are needed, shape `[n, E]`.
    var rows: Tensor { get }
    /// The one of ``rows`` for each row t·B + b of the batch.
    var which: [Int32] { get }
    /// The inputs of all rows of the batch, for uses of the input maps.
    var factors: FactorInput { get }

    /// Whether their gradients are wanted.
    func needsGradient(_ sink: any GradientSink) -> Bool

    /// Passes on the gradients of the maps' results, row by row.
    func deliverFactors(
        _ deltas: [Tensor], _ maps: [InputMap], _ layout: RowLayout, _ sink: any GradientSink
    ) throws(TensorError)

    /// Delivers the sums for the maps over the batch, and passes on the gradients of the inputs.
    func deliverSums(
        _ deltas: [Tensor], _ maps: [InputMap], _ sink: any GradientSink
    ) throws(TensorError)
}

/// Inputs that are rows of an embedding table.
///
/// A product depends on the id alone, so it is computed once for each distinct id of the batch and
/// not once for each position.
struct EmbeddedInput: RecurrentInput {
    let table: Parameter
    let ids: [Int32]
    let padding: Int32
    private let groups: RowGroups
    let rows: Tensor

    init(_ table: Parameter, _ ids: [Int32], padding: Int32) throws(TensorError) {
        self.table = table
        self.ids = ids
        self.padding = padding
        groups = RowGroups(ids)
        rows = try table.value.gatheringRows(groups.ids)
    }

    var which: [Int32] { groups.groupOfRow }
    var factors: FactorInput { .gathered(table: table.value, ids: ids) }

    func needsGradient(_ sink: any GradientSink) -> Bool { sink.wants(table) }

    /// Delivers each position's gradient by its table row.
    func deliverFactors(
        _ deltas: [Tensor], _ maps: [InputMap], _ layout: RowLayout, _ sink: any GradientSink
    ) throws(TensorError) {
        guard sink.wants(table) else { return }
        let gradient = try maps.inputGradient(deltas)
        let used = ids.map { $0 == padding ? -1 : $0 }
        try sink.take(.gather(table, ids: used, deltas: gradient, layout))
    }

    /// All products are linear in the deltas, so the deltas of equal ids are added up first when ids
    /// repeat: the products then run over distinct ids instead of positions.
    func deliverSums(
        _ deltas: [Tensor], _ maps: [InputMap], _ sink: any GradientSink
    ) throws(TensorError) {
        let repeats = groups.ids.count * 5 <= ids.count * 3
        let summed = try deltas.map { delta throws(TensorError) in
            try repeats ? groups.sum(delta) : delta
        }
        let inputs = try repeats ? rows : table.value.gatheringRows(ids)
        for (map, delta) in zip(maps, summed) { try map.deliverSums(delta, inputs, sink) }
        guard sink.wants(table) else { return }
        var gradient = try maps.inputGradient(summed)
        if !repeats { gradient = try groups.sum(gradient) }
        try sink.take(withoutPadding(gradient), of: table)
    }

    /// Rows of the table's gradient; the padding row is set to zero rather than cut out.
    private func withoutPadding(_ gradient: Tensor) throws(TensorError) -> SummedGradient {
        if let row = groups.ids.firstIndex(of: padding) {
            try gradient.row(row).fill(0)
        }
        return .rows(groups.ids, gradient)
    }
}

/// Inputs that are values of the computation, shape `[T, B, E]`.
struct ComputedInput: RecurrentInput {
    let values: Variable
    let rows: Tensor

    init(_ timeMajor: Variable) throws(TensorError) {
        values = timeMajor
        let value = timeMajor.value
        rows = try value.reshaped([value.rowCount, value.columnCount])
    }

    var which: [Int32] { (0..<rows.rowCount).map(Int32.init) }
    var factors: FactorInput { .rows(rows) }

    func needsGradient(_ sink: any GradientSink) -> Bool { values.needsGradient }

    func deliverFactors(
        _ deltas: [Tensor], _ maps: [InputMap], _ layout: RowLayout, _ sink: any GradientSink
    ) throws(TensorError) {
        try passOn(deltas, maps)
    }

    func deliverSums(
        _ deltas: [Tensor], _ maps: [InputMap], _ sink: any GradientSink
    ) throws(TensorError) {
        for (map, delta) in zip(maps, deltas) { try map.deliverSums(delta, rows, sink) }
        try passOn(deltas, maps)
    }

    private func passOn(_ deltas: [Tensor], _ maps: [InputMap]) throws(TensorError) {
        guard values.needsGradient else { return }
        try values.accumulate(maps.inputGradient(deltas).reshaped(values.value.shape))
    }
}
