// From one loss an example to what a training step lowers.

/// What a loss over a batch gives.
public struct BatchLoss {
    /// The loss of each example, the sum over its rows, unweighted; shape `[examples]`.
    public let perExample: Tensor
    /// Σ scale·loss, where a backward pass begins.
    public let total: Variable

    package init(perExample: Tensor, total: Variable) {
        self.perExample = perExample
        self.total = total
    }
}

extension Tape {
    /// The losses of a batch, and Σ scale·loss, where a backward pass begins.
    ///
    /// - Parameters:
    ///   - perExample: a loss for each example, shape `[B]`.
    ///   - scales: the weight of each example's loss in the total.
    /// - Returns: the losses and the total.
    /// - Throws: ``TensorError``.
    public func batchLoss(
        _ perExample: Variable, scales: [Float]
    ) throws(TensorError) -> BatchLoss {
        let total = try weightedSum(perExample, Tensor(scales))
        return BatchLoss(perExample: perExample.value, total: total)
    }
}

extension Tensor {
    /// The sum over the rows of each example of a tensor with one value a row.
    func summed(by layout: RowLayout) throws(TensorError) -> Tensor {
        guard layout.steps != 1 else { return self }
        let sums = try Tensor(repeating: 0, shape: [layout.examples])
        for example in 0..<layout.examples {
            for step in 0..<layout.steps {
                let row = layout.firstRow(of: example) + step * layout.rowStride
                sums.pointer[example] += pointer[row]
            }
        }
        withExtendedLifetime((self, sums)) {}
        return sums
    }
}
