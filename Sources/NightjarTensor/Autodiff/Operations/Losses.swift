// Losses, one number for each example; a sum of them, weighted or not, is what training minimises.

import CKernels

extension Tape {
    /// Cross-entropy of logits z and a class for each row: log Σ_v e^(z_v) − z_target.
    ///
    /// Gradient: g·(softmax(z) − onehot(target)). A row whose target is negative is left out: its
    /// loss and its gradient are 0. ``softmaxCrossEntropy(_:weight:bias:targets:scales:layout:)`` joins
    /// this loss to the linear map before it and needs far less memory for many classes.
    ///
    /// - Parameters:
    ///   - logits: shape `[.., classes]`.
    ///   - targets: a class from 0 for each row.
    /// - Returns: the losses, shape `[..]`.
    /// - Throws: ``TensorError``.
    public func crossEntropy(
        _ logits: Variable, _ targets: [Int32]
    ) throws(TensorError) -> Variable {
        let classes = try logits.value.lastDimension("cross-entropy")
        let rows = logits.value.rowCount
        guard targets.count == rows else {
            throw .countMismatch(shape: logits.value.shape.dropLast(), values: targets.count)
        }
        if let bad = targets.first(where: { Int($0) >= classes }) {
            throw .indexOutOfRange(operation: "cross-entropy", index: Int(bad), limit: classes)
        }
        try requireOwnGradients("cross-entropy", alongLastDimensionOf: logits)
        let scores = try logits.value.reshaped([rows, classes])
        let labels = try self.labels(
            targets, where: { $0 >= 0 }, RowLayout(leading: logits.value.shape.dropLast())
        ) { some throws(TensorError) in try scores.rows(some) }
        let targets = labels.targets
        let logSums = try logits.value.logSumExp()
        let losses = try Tensor(uninitialized: logSums.shape)
        for (row, target) in targets.enumerated() {
            losses.pointer[row] =
                target < 0
                ? 0
                : logSums.pointer[row] - logits.value.pointer[row * classes + Int(target)]
        }
        return record(losses, needsGradient: logits.needsGradient) {
            upstream throws(TensorError) in
            let used = try upstream.reshaped([rows]).copy()
            for (row, target) in targets.enumerated() where target < 0 { used.pointer[row] = 0 }
            let gradient = try logits.value.logSumExpGradient(logSums, used)
            if let tangent = labels.tangent {
                nj_softmax_curvature(
                    rows, classes, tangent.pointer, used.pointer, gradient.pointer, nil)
                withExtendedLifetime((tangent, used)) {}
                try logits.accumulate(gradient)
                return
            }
            for (row, target) in targets.enumerated() where target >= 0 {
                gradient.pointer[row * classes + Int(target)] -= used.pointer[row]
            }
            try logits.accumulate(gradient)
        }
    }

    /// Cross-entropy of logits x and probabilities t in 0...1, log(1 + eˣ) − t·x, averaged over all
    /// dimensions but the first.
    ///
    /// Gradient: g·(σ(x) − t) / n for examples of n elements.
    ///
    /// - Throws: ``TensorError``.
    public func binaryCrossEntropy(
        logits: Variable, _ targets: Tensor
    ) throws(TensorError) -> Variable {
        let x = logits.value
        guard x.shape == targets.shape else {
            throw .shapeMismatch(operation: "binary cross-entropy", x.shape, targets.shape)
        }
        let losses = try Tensor(uninitialized: x.shape)
        Pieces.run(x.count, elements: x.count) { part in
            let start = part.lowerBound
            nj_binary_cross_entropy(
                part.count, x.pointer + start, targets.pointer + start, losses.pointer + start)
        }
        withExtendedLifetime(targets) {}
        let elementwise = record(losses, needsGradient: logits.needsGradient) {
            upstream throws(TensorError) in
            try logits.accumulate(upstream.reshaped(x.shape) * (x.sigmoid() - targets))
        }
        return try meanPerExample(elementwise)
    }

    /// (x − y)², averaged over all dimensions but the first.
    ///
    /// Gradients: 2g·(x − y) / n to x for examples of n elements, and its opposite to y.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)`` unless both shapes are equal.
    public func meanSquaredError(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        guard x.value.shape == y.value.shape else {
            throw .shapeMismatch(operation: "mean squared error", x.value.shape, y.value.shape)
        }
        return try meanPerExample(power(subtract(x, y), 2))
    }

    /// max(0, margin − positive + negative), averaged over all dimensions but the first: what is
    /// missing for a positive item to score higher than a negative one by the margin.
    ///
    /// Gradients: −g / n to the positive score and g / n to the negative one where the loss is not 0.
    ///
    /// - Throws: ``TensorError``.
    public func hinge(
        positive: Variable, negative: Variable, margin: Float = 1
    ) throws(TensorError) -> Variable {
        try meanPerExample(relu(shift(subtract(negative, positive), by: margin)))
    }

    /// The mean over all dimensions but the first.
    ///
    /// - Throws: ``TensorError``.
    private func meanPerExample(_ x: Variable) throws(TensorError) -> Variable {
        guard let examples = x.value.shape.first, x.value.shape.count > 1 else { return x }
        let size = x.value.shape.dropFirst().reduce(1, *)
        return try mean(reshape(x, [examples, size]), axis: 1)
    }
}
