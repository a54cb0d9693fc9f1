// What recurrent layers of all kinds are made of: maps of the inputs and maps of the state.

import CKernels
import NightjarRuntime

/// The parameters of a recurrent layer.
protocol RecurrentWeights: Sendable {
    /// What errors call the layer.
    static var operation: String { get }
    /// The maps of the inputs.
    var inputMaps: [InputMap] { get }
    /// The weights that are multiplied with a state in each step, shape `[out, H]`.
    var hiddenMaps: [Parameter] { get }
    /// All parameters.
    var parameters: [Parameter] { get }
    /// Input size E.
    var inputSize: Int { get }
    /// Hidden size H.
    var hiddenSize: Int { get }

    /// Runs the layer over a batch; `operands` are the ``packedHiddenMaps()``.
    func recurrence(
        _ pass: RecurrentPass, _ products: InputProducts, _ operands: [PackedOperand]
    ) throws(TensorError) -> any Recurrence
}

extension RecurrentWeights {
    /// The products of some inputs, shape `[n, E]`, with each input map.
    func projecting(_ rows: Tensor) throws(TensorError) -> [Tensor] {
        try inputMaps.map { map throws(TensorError) in try map.projecting(rows) }
    }

    /// The hidden maps, arranged for the products of forward passes.
    func packedHiddenMaps() -> [PackedOperand] {
        hiddenMaps.map { PackedOperand(Matrix($0.value).transposed, as: .right) }
    }

    /// Checks that parameters have the shapes that the layer needs.
    static func check(_ expected: [(Parameter, shape: [Int])]) throws(TensorError) {
        for (parameter, shape) in expected where parameter.value.shape != shape {
            throw .shapeMismatch(operation: operation, parameter.value.shape, shape)
        }
    }

    /// Checks that a table and a learned first state have the layer's sizes.
    func check(table: Tensor, initial: Parameter?) throws(TensorError) {
        guard table.shape.count == 2 else {
            throw .rank(
                operation: Self.operation, expected: "a table of two dimensions",
                found: table.shape)
        }
        try check(inputs: table.shape, initial: initial)
    }

    /// Checks that inputs and a learned first state have the layer's sizes.
    func check(inputs shape: [Int], initial: Parameter?) throws(TensorError) {
        guard shape.last == inputSize else {
            throw .shapeMismatch(
                operation: Self.operation, shape, inputMaps[0].weight.value.shape)
        }
        if let initial { try Self.check([(initial, [hiddenSize])]) }
    }
}

/// A linear map of a layer's inputs, x·Wᵀ + b, which does not depend on the state.
struct InputMap {
    /// W, shape `[out, E]`.
    let weight: Parameter
    /// Biases that are added to the products, each of shape `[out]`.
    let biases: [Parameter]

    /// x·Wᵀ + b for each row x, shape `[rows, out]`.
    ///
    /// - Throws: ``TensorError``.
    func projecting(_ rows: Tensor) throws(TensorError) -> Tensor {
        try BLAS.require()
        let width = weight.value.rowCount
        let result = try Tensor(uninitialized: [rows.rowCount, width])
        let bias = try Tensor(repeating: 0, shape: [width])
        for each in biases { nj_axpy(width, 1, each.value.pointer, bias.pointer) }
        let operand = PackedOperand(Matrix(weight.value).transposed, as: .right)
        let blocks = max(1, min(64, rows.rowCount / 128))
        Workers.run(blocks) { block in
            let some = Slices.range(block, of: blocks, over: rows.rowCount)
            let part = Matrix(result).rows(some)
            for row in 0..<some.count {
                (part.pointer + row * width).update(from: bias.pointer, count: width)
            }
            BLAS.multiply(Matrix(rows).rows(some), operand, into: part, adds: true)
        }
        withExtendedLifetime((rows, bias)) {}
        return result
    }

    /// Delivers the sums for the weights and the biases over rows of deltas and their inputs.
    func deliverSums(
        _ deltas: Tensor, _ inputs: Tensor, _ sink: any GradientSink
    ) throws(TensorError) {
        if sink.wants(weight) {
            try sink.take(.dense(OuterProductSum.of(deltas, inputs)), of: weight)
        }
        guard biases.contains(where: sink.wants) else { return }
        let sum = try deltas.columnSums()
        for bias in biases { try sink.take(.dense(sum), of: bias) }
    }
}

extension [InputMap] {
    /// Σ δ·W over the maps, the gradient of their inputs, from the gradient of each map's result.
    func inputGradient(_ deltas: [Tensor]) throws(TensorError) -> Tensor {
        let shape = [deltas.first?.rowCount ?? 0, first?.weight.value.columnCount ?? 0]
        let result = try Tensor(uninitialized: shape)
        for (index, (map, delta)) in zip(self, deltas).enumerated() {
            BLAS.multiplyInParallel(
                Matrix(delta), Matrix(map.weight.value), into: Matrix(result), adds: index > 0)
        }
        withExtendedLifetime(deltas) {}
        return result
    }
}
