// A recurrent map in the backward pass of a layer.

import NightjarRuntime

/// A map y = x·Wᵀ inside the steps of a layer, whose gradients at x are needed step by step and
/// whose gradient at W is best collected then, while a step's rows are in the cache.
struct BackwardMap {
    private let weight: Parameter
    private let operand: PackedOperand
    private let sums: TransposedSums?

    /// Prepares a map; a `sink` that keeps sums and wants W gets its gradient from ``deliver(to:)``.
    init(
        _ weight: Parameter, _ pass: RecurrentPass, _ sink: any GradientSink
    ) throws(TensorError) {
        self.weight = weight
        operand = PackedOperand(Matrix(weight.value), as: .right)
        let (rows, columns) = (weight.value.columnCount, weight.value.rowCount)
        sums =
            sink.keepsFactors || !sink.wants(weight)
            ? nil
            : try TransposedSums(count: pass.blockCount, rows: rows, columns: columns)
    }

    /// Adds the part of one block of examples at one step to the gradient of W, or begins with it.
    func collect(_ inputs: Matrix, _ deltas: Matrix, of block: Int, isFirst: Bool) {
        sums?.add(inputs, deltas, to: block, isFirst: isFirst)
    }

    /// δ·W, the gradient of the inputs.
    func inputGradient(_ deltas: Matrix, into result: Matrix, adds: Bool = false) {
        BLAS.multiply(deltas, operand, into: result, adds: adds)
    }

    /// Delivers the gradient of W; every block must have been begun.
    func deliver(to sink: any GradientSink) throws(TensorError) {
        if let sums { try sink.take(.dense(sums.total()), of: weight) }
    }
}
