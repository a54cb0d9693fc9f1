// Sums, differences, products and quotients of two values, element by element.

extension Tape {
    /// x + y; a smaller shape is repeated by NumPy's rules.
    ///
    /// Gradients: g to both, summed over what was repeated.
    ///
    /// - Throws: ``TensorError``.
    public func add(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        try binary("add", x, y, try x.value + y.value) { upstream throws(TensorError) in
            (upstream, upstream)
        }
    }

    /// x − y; a smaller shape is repeated by NumPy's rules.
    ///
    /// Gradients: g to x and −g to y, summed over what was repeated.
    ///
    /// - Throws: ``TensorError``.
    public func subtract(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        try binary("subtract", x, y, try x.value - y.value) { upstream throws(TensorError) in
            (upstream, y.needsGradient ? try -upstream : nil)
        }
    }

    /// x · y; a smaller shape is repeated by NumPy's rules.
    ///
    /// Gradients: g·y to x and g·x to y, summed over what was repeated.
    ///
    /// - Throws: ``TensorError``.
    public func multiply(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        try binary("multiply", x, y, try x.value * y.value) { upstream throws(TensorError) in
            (
                x.needsGradient ? try upstream * y.value : nil,
                y.needsGradient ? try upstream * x.value : nil
            )
        }
    }

    /// x / y; a smaller shape is repeated by NumPy's rules.
    ///
    /// Gradients: g/y to x and −(x/y)·g/y to y, summed over what was repeated.
    ///
    /// - Throws: ``TensorError``.
    public func divide(_ x: Variable, _ y: Variable) throws(TensorError) -> Variable {
        let quotient = try x.value / y.value
        return try binary("divide", x, y, quotient) { upstream throws(TensorError) in
            let share = try upstream / y.value
            return (share, y.needsGradient ? try -(share * quotient) : nil)
        }
    }

    /// factor · x.
    ///
    /// Gradient: factor · g.
    ///
    /// - Throws: ``TensorError``.
    public func scale(_ x: Variable, by factor: Float) throws(TensorError) -> Variable {
        record(try x.value * factor, needsGradient: x.needsGradient) {
            upstream throws(TensorError) in try x.accumulate(try upstream * factor)
        }
    }

    /// −x.
    ///
    /// Gradient: −g.
    ///
    /// - Throws: ``TensorError``.
    public func negate(_ x: Variable) throws(TensorError) -> Variable { try scale(x, by: -1) }

    /// x + offset, for every element.
    ///
    /// Gradient: g.
    ///
    /// - Throws: ``TensorError``.
    public func shift(_ x: Variable, by offset: Float) throws(TensorError) -> Variable {
        record(try x.value + offset, needsGradient: x.needsGradient) {
            upstream throws(TensorError) in try x.accumulate(upstream)
        }
    }

    /// Records an operation on two values whose gradients have the result's shape.
    private func binary(
        _ operation: String, _ x: Variable, _ y: Variable, _ value: Tensor,
        gradients: @escaping (Tensor) throws(TensorError) -> (x: Tensor?, y: Tensor?)
    ) throws(TensorError) -> Variable {
        for operand in [x, y] {
            try requireOwnGradients(operation, of: operand, repeatedTo: value.shape)
        }
        return record(value, needsGradient: x.needsGradient || y.needsGradient) {
            upstream throws(TensorError) in
            let gradients = try gradients(upstream.reshaped(value.shape))
            for (operand, gradient) in [(x, gradients.x), (y, gradients.y)] {
                guard let gradient, operand.needsGradient else { continue }
                try operand.accumulate(gradient.summed(to: operand.value.shape))
            }
        }
    }
}
