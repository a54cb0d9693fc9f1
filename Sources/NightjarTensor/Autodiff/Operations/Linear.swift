// Linear maps by parameters: the layer whose use attribution keeps in factored form.

extension Tape {
    /// y = x·Wᵀ + b for each row x.
    ///
    /// Gradients, with δ the gradient of y: δ·W to x; Σ δᵀx over the rows of each example to W, and
    /// Σ δ to b.
    ///
    /// - Parameters:
    ///   - x: rows, shape `[.., in]`.
    ///   - weight: W, shape `[out, in]`.
    ///   - bias: b, shape `[out]`.
    ///   - layout: which row belongs to which example; without it the first dimension of x is the
    ///     example and further ones are steps.
    /// - Returns: y, shape `[.., out]`.
    /// - Throws: ``TensorError``.
    public func linear(
        _ x: Variable, _ weight: Parameter, bias: Parameter? = nil, layout: RowLayout? = nil
    ) throws(TensorError) -> Variable {
        guard let width = x.value.shape.last, weight.value.shape.count == 2,
            weight.value.columnCount == width
        else { throw .shapeMismatch(operation: "linear", x.value.shape, weight.value.shape) }
        let leading = Array(x.value.shape.dropLast())
        let out = weight.value.rowCount
        if let bias, bias.value.shape != [out] {
            throw .shapeMismatch(operation: "linear", bias.value.shape, [out])
        }
        let layout = layout ?? RowLayout(leading: leading)
        guard layout.rowCount == x.value.rowCount else {
            throw .countMismatch(shape: leading, values: layout.rowCount)
        }
        let rows = try x.value.reshaped([x.value.rowCount, width])
        let value = try rows.linear(weight.value, bias: bias?.value).reshaped(leading + [out])
        let needsGradient =
            x.needsGradient || weight.isTrainable || bias?.isTrainable == true
        return record(value, needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            let deltas = try upstream.reshaped([layout.rowCount, out])
            if weight.isTrainable {
                try sink?.take(.linear(weight, inputs: .rows(rows), deltas: deltas, layout))
            }
            if let bias { try sink?.takeDirect(bias, deltas, layout) }
            if x.needsGradient {
                try x.accumulate(deltas.matmul(weight.value).reshaped(x.value.shape))
            }
        }
    }
}
