// Which rows of a value belong to which example, and what follows from it.

extension RowLayout {
    /// The layout of values whose first dimension is the example and whose further ones, all but
    /// the width of a row, are steps.
    init(leading shape: some Collection<Int>) {
        self.init(
            examples: shape.first ?? 1, steps: shape.dropFirst().reduce(1, *), isTimeMajor: false)
    }
}

extension Tape {
    /// Refuses to let all examples of a batch share an operand whose gradient must be told apart by
    /// example: what flows into a shared operand is a sum over the batch.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)``.
    func requireOwnGradients(
        _ operation: String, of operand: Variable, isShared: Bool
    ) throws(TensorError) {
        guard isShared, operand.needsGradient, sink?.keepsFactors == true else { return }
        throw .badValue(
            operation: operation,
            "an operand of shape \(TensorError.text(operand.value.shape)) is shared by all examples,"
                + " so attribution cannot tell their gradients apart. Use linear, gather, or add"
                + " and multiply with the parameter itself, or parameter(_:examples:).")
    }

    /// The same for an operand that is repeated over the first dimension of a result.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)``.
    func requireOwnGradients(
        _ operation: String, of operand: Variable, repeatedTo shape: [Int]
    ) throws(TensorError) {
        guard let examples = shape.first, examples > 1 else { return }
        let own = operand.value.shape
        try requireOwnGradients(
            operation, of: operand, isShared: own.count < shape.count || own.first == 1)
    }

    /// The same for an operation along the last dimension, which in a vector is the examples'.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)``.
    func requireOwnGradients(
        _ operation: String, alongLastDimensionOf operand: Variable
    ) throws(TensorError) {
        let shape = operand.value.shape
        try requireOwnGradients(
            operation, of: operand, isShared: shape.count == 1 && operand.value.count > 1)
    }
}
