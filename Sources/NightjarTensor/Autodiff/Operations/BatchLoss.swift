// From one loss an example to what a training step lowers.

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
