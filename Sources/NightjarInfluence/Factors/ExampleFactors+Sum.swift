// Weighted sums of the gradients of a tile's examples, from factors alone.

import CKernels
import NightjarTensor

extension ExampleFactors {
    /// Adds Σ weight·∇ℓ to a sum.
    ///
    /// As ∇ℓ is linear in δ, a weight on each example's rows of δ is all that changes.
    ///
    /// - Parameters:
    ///   - weights: one for each example.
    ///   - sum: what it is added to.
    /// - Throws: ``TensorError``.
    func add(weights: [Float], to sum: GradientSum) throws(TensorError) {
        for group in groups {
            let deltas = try group.deltas.weighted(weights, group.layout)
            for (parameter, rows) in group.inputs {
                try sum.take(.linear(parameter, inputs: rows, deltas: deltas, group.layout))
            }
            for bias in group.biases {
                try sum.take(.direct(bias, deltas: deltas, group.layout))
            }
        }
        for use in tables {
            let deltas = try use.deltas.weighted(weights, use.layout)
            try sum.take(.gather(use.table, ids: use.ids, deltas: deltas, use.layout))
        }
        for parameter in shared {
            for use in parameter.uses { try sum.take(use.weighted(weights)) }
        }
    }
}

extension ParameterUse {
    /// The same use with a weight on the loss of each example.
    fileprivate func weighted(_ weights: [Float]) throws(TensorError) -> ParameterUse {
        switch self {
        case .linear(let parameter, let inputs, let deltas, let layout):
            .linear(parameter, inputs: inputs, deltas: try deltas.weighted(weights, layout), layout)
        case .gather(let parameter, let ids, let deltas, let layout):
            .gather(parameter, ids: ids, deltas: try deltas.weighted(weights, layout), layout)
        case .direct(let parameter, let deltas, let layout):
            .direct(parameter, deltas: try deltas.weighted(weights, layout), layout)
        }
    }
}

extension Tensor {
    /// Each row times the weight of its example.
    fileprivate func weighted(
        _ weights: [Float], _ layout: RowLayout
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [layout.rowCount, columnCount])
        for row in 0..<layout.rowCount {
            nj_scale(
                columnCount, weights[layout.example(ofRow: row)], pointer + row * columnCount,
                result.pointer + row * columnCount)
        }
        withExtendedLifetime(self) {}
        return result
    }
}
