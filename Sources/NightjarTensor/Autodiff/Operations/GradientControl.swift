// Values that pass gradients on in part, reversed, or not at all.

extension Tape {
    /// x, through which no gradient passes.
    public func stopGradient(_ x: Variable) -> Variable { constant(x.value) }

    /// x, whose gradient is −scale·g: what comes after is minimised, what comes before learns the
    /// opposite.
    ///
    /// Source: Y. Ganin and V. Lempitsky, *Unsupervised domain adaptation by backpropagation*,
    /// ICML 2015.
    public func reverseGradient(_ x: Variable, scale: Float = 1) -> Variable {
        record(x.value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            try x.accumulate(try upstream * -scale)
        }
    }

    /// x with `value` where the mask is not 0; the mask is repeated to the shape of x.
    ///
    /// Gradient: g
    /// where the mask is 0, else 0.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func maskedFill(
        _ x: Variable, _ mask: Tensor, with value: Float
    ) throws(TensorError) -> Variable {
        let mask = try mask.broadcast(to: x.value.shape)
        let filled = try Tensor.select(mask, Tensor(scalar: value), otherwise: x.value)
        return record(filled, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            let upstream = try upstream.reshaped(x.value.shape)
            try x.accumulate(.select(mask, Tensor(scalar: 0), otherwise: upstream))
        }
    }
}
