// Differentiable functions of one variable, element by element.

import CKernels

extension Tape {
    /// eˣ.
    ///
    /// Gradient: g·eˣ.
    ///
    /// - Throws: ``TensorError``.
    public func exp(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.exp(), nj_exp_gradient)
    }

    /// log x.
    ///
    /// Gradient: g / x.
    ///
    /// - Throws: ``TensorError``.
    public func log(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.log(), nj_log_gradient)
    }

    /// √x.
    ///
    /// Gradient: g / (2√x), infinite at 0.
    ///
    /// - Throws: ``TensorError``.
    public func sqrt(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.sqrt(), nj_square_root_gradient)
    }

    /// |x|.
    ///
    /// Gradient: g times the sign of x, 0 at 0.
    ///
    /// - Throws: ``TensorError``.
    public func abs(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.abs(), nj_absolute_gradient)
    }

    /// tanh x.
    ///
    /// Gradient: g·(1 − tanh² x).
    ///
    /// - Throws: ``TensorError``.
    public func tanh(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.tanh(), nj_tanh_gradient)
    }

    /// σ(x) = 1 / (1 + e⁻ˣ).
    ///
    /// Gradient: g·σ(x)·(1 − σ(x)).
    ///
    /// - Throws: ``TensorError``.
    public func sigmoid(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.sigmoid(), nj_sigmoid_gradient)
    }

    /// max(x, 0).
    ///
    /// Gradient: g where x > 0, else 0.
    ///
    /// - Throws: ``TensorError``.
    public func relu(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.relu(), nj_relu_gradient)
    }

    /// x·Φ(x), Φ being the normal distribution function.
    ///
    /// Gradient: g·(Φ(x) + x·φ(x)).
    ///
    /// - Throws: ``TensorError``.
    public func gelu(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.gelu(), nj_gelu_gradient)
    }

    /// log(1 + eˣ).
    ///
    /// Gradient: g·σ(x).
    ///
    /// - Throws: ``TensorError``.
    public func softplus(_ x: Variable) throws(TensorError) -> Variable {
        elementwise(x, try x.value.softplus(), nj_softplus_gradient)
    }

    /// log σ(x) = −log(1 + e⁻ˣ).
    ///
    /// Gradient: g·σ(−x).
    ///
    /// - Throws: ``TensorError``.
    public func logSigmoid(_ x: Variable) throws(TensorError) -> Variable {
        try negate(softplus(negate(x)))
    }

    /// x where it is positive, else slope·x.
    ///
    /// Gradient: g or slope·g.
    ///
    /// - Throws: ``TensorError``.
    public func leakyRelu(
        _ x: Variable, slope: Float = 0.01
    ) throws(TensorError) -> Variable {
        elementwise(x, try x.value.leakyRelu(slope: slope)) { count, x, _, upstream, out in
            nj_leaky_relu_gradient(count, slope, x, upstream, out)
        }
    }

    /// xᵖ.
    ///
    /// Gradient: g·p·xᵖ⁻¹.
    ///
    /// - Throws: ``TensorError``.
    public func power(_ x: Variable, _ exponent: Float) throws(TensorError) -> Variable {
        elementwise(x, try x.value.power(exponent)) { count, x, _, upstream, out in
            nj_power_gradient(count, exponent, x, upstream, out)
        }
    }

    /// x brought into `low ... high`.
    ///
    /// Gradient: g where x is inside or at a bound, else 0.
    ///
    /// - Throws: ``TensorError``.
    public func clamp(_ x: Variable, _ low: Float, _ high: Float) throws(TensorError) -> Variable {
        elementwise(x, try x.value.clamped(low, high)) { count, x, _, upstream, out in
            nj_clamp_gradient(count, low, high, x, upstream, out)
        }
    }

    /// Writes g·f'(x) from x, f(x) and g, each of `count` elements.
    private typealias GradientKernel = (
        _ count: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>,
        _ upstream: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
    ) -> Void

    private func elementwise(
        _ x: Variable, _ value: Tensor, _ gradient: @escaping GradientKernel
    ) -> Variable {
        record(value, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            let result = try Tensor(uninitialized: x.value.shape)
            let (input, count) = (x.value, result.count)
            Pieces.run(count, elements: count) { part in
                let start = part.lowerBound
                gradient(
                    part.count, input.pointer + start, value.pointer + start,
                    upstream.pointer + start, result.pointer + start)
            }
            withExtendedLifetime((input, value, upstream)) {}
            try x.accumulate(result)
        }
    }
}
