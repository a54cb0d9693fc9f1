// Parameters as operands: a bias, a gain, or a whole tensor of a formula of one's own.

extension Tape {
    /// x + p, where p has the shape of x's last dimensions: a bias.
    ///
    /// Gradients: g to x; to p, Σ g over the rows of each example.
    ///
    /// - Throws: ``TensorError``.
    public func add(_ x: Variable, _ parameter: Parameter) throws(TensorError) -> Variable {
        let layout = try layout(of: parameter, in: x, "add")
        let value = try x.value + parameter.value
        return record(value, needsGradient: x.needsGradient || parameter.isTrainable) {
            [sink] upstream throws(TensorError) in
            try x.accumulate(upstream)
            try sink?.takeDirect(parameter, upstream, layout)
        }
    }

    /// x · p, where p has the shape of x's last dimensions: a gain.
    ///
    /// Gradients: g·p to x; to p, Σ g·x over the rows of each example.
    ///
    /// - Throws: ``TensorError``.
    public func multiply(_ x: Variable, _ parameter: Parameter) throws(TensorError) -> Variable {
        let layout = try layout(of: parameter, in: x, "multiply")
        let value = try x.value * parameter.value
        return record(value, needsGradient: x.needsGradient || parameter.isTrainable) {
            [sink] upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape)
            if x.needsGradient { try x.accumulate(upstream * parameter.value) }
            if parameter.isTrainable {
                try sink?.takeDirect(parameter, upstream * x.value, layout)
            }
        }
    }

    /// A parameter as a value of its own shape, for any operation.
    ///
    /// All examples share it, so this serves training but not attribution: a sink that keeps
    /// factors is refused a trainable parameter. ``parameter(_:examples:)`` serves both.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)``.
    public func parameter(_ parameter: Parameter) throws(TensorError) -> Variable {
        guard sink?.keepsFactors != true || !parameter.isTrainable else {
            throw .badValue(
                operation: "parameter",
                "'\(parameter.name)' is used as a whole, so attribution cannot tell the gradients"
                    + " of examples apart. Use linear, gather, add or multiply with the parameter,"
                    + " or parameter(_:examples:).")
        }
        return record(parameter.value, needsGradient: parameter.isTrainable) {
            [sink] upstream throws(TensorError) in
            try sink?.take(.dense(upstream.reshaped(parameter.value.shape)), of: parameter)
        }
    }

    /// A parameter once for each example, shape `[examples] + shape`, for any operation that keeps
    /// examples apart.
    ///
    /// The copies cost memory; ``linear(_:_:bias:layout:)``, ``gather(_:_:shape:padding:)`` and
    /// adding or multiplying the parameter itself do without.
    ///
    /// Gradient to p: g of each example.
    ///
    /// - Throws: ``TensorError``.
    public func parameter(
        _ parameter: Parameter, examples: Int
    ) throws(TensorError) -> Variable {
        let value = try parameter.value.broadcast(to: [examples] + parameter.value.shape)
        let layout = RowLayout(examples: examples, steps: 1, isTimeMajor: false)
        return record(value, needsGradient: parameter.isTrainable) {
            [sink] upstream throws(TensorError) in
            try sink?.takeDirect(parameter, upstream, layout)
        }
    }

    /// The rows of x that a parameter of its last dimensions is applied to.
    func layout(
        of parameter: Parameter, in x: Variable, _ operation: String
    ) throws(TensorError) -> RowLayout {
        let (shape, own) = (x.value.shape, parameter.value.shape)
        guard shape.count >= own.count, Array(shape.suffix(own.count)) == own else {
            throw .shapeMismatch(operation: operation, shape, own)
        }
        return RowLayout(leading: shape.dropLast(own.count))
    }
}

extension GradientSink {
    /// Takes the gradient of a parameter's direct use: one row for each row of the layout.
    func takeDirect(
        _ parameter: Parameter, _ gradient: Tensor, _ layout: RowLayout
    ) throws(TensorError) {
        guard parameter.isTrainable else { return }
        let rows = try gradient.reshaped([layout.rowCount, parameter.value.count])
        try take(.direct(parameter, deltas: rows, layout))
    }
}
