// Functions of one variable, element by element.

import CKernels

extension Tensor {
    /// eˣ; infinite above 88.37.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func exp() throws(TensorError) -> Tensor { try mapped(nj_exp) }

    /// The natural logarithm; not-a-number for a negative element.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func log() throws(TensorError) -> Tensor { try mapped(nj_log) }

    /// √x; not-a-number for a negative element.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func sqrt() throws(TensorError) -> Tensor { try mapped(nj_square_root) }

    /// |x|.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func abs() throws(TensorError) -> Tensor { try mapped(nj_absolute) }

    /// The largest whole number that is not above x.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func floor() throws(TensorError) -> Tensor { try mapped(nj_floor) }

    /// The smallest whole number that is not below x.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func ceil() throws(TensorError) -> Tensor { try mapped(nj_ceiling) }

    /// The whole number nearest to x; of two, the even one, as in NumPy.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func round() throws(TensorError) -> Tensor { try mapped(nj_round_to_even) }

    /// −1, 0 or 1; not-a-number for one.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func sign() throws(TensorError) -> Tensor { try mapped(nj_sign) }

    /// The hyperbolic tangent.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func tanh() throws(TensorError) -> Tensor { try mapped(nj_tanh) }

    /// 1 / (1 + e⁻ˣ).
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func sigmoid() throws(TensorError) -> Tensor { try mapped(nj_sigmoid) }

    /// x where it is positive, else 0.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func relu() throws(TensorError) -> Tensor { try mapped(nj_relu) }

    /// x·Φ(x) with the normal distribution function Φ, not its tanh approximation.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func gelu() throws(TensorError) -> Tensor { try mapped(nj_gelu) }

    /// log(1 + eˣ), without overflow.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func softplus() throws(TensorError) -> Tensor { try mapped(nj_softplus) }

    /// x where it is positive, else slope·x.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func leakyRelu(slope: Float = 0.01) throws(TensorError) -> Tensor {
        try mapped { nj_leaky_relu($0, slope, $1, $2) }
    }

    /// xᵖ; not-a-number for a negative element and a fractional exponent.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func power(_ exponent: Float) throws(TensorError) -> Tensor {
        try mapped { nj_power($0, exponent, $1, $2) }
    }

    /// Elements below `low` become `low`, those above `high` become `high`.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` when `low` is not below or equal to `high`.
    public func clamped(_ low: Float, _ high: Float) throws(TensorError) -> Tensor {
        guard low <= high else {
            throw .badValue(
                operation: "clamp", "the lower bound \(low) is above the upper bound \(high)")
        }
        return try mapped { nj_clamp($0, low, high, $1, $2) }
    }

    /// Applies a function of `count` elements that writes as many.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func mapped(
        _ kernel: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        Pieces.run(count, elements: count) { part in
            kernel(part.count, pointer + part.lowerBound, result.pointer + part.lowerBound)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// Applies a function of `rows` × `columns` elements that writes as many.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func mappedRows(
        _ kernel: (_ rows: Range<Int>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        let width = columnCount
        // Rows without elements may be very many.
        Pieces.run(count > 0 ? rowCount : 0, elements: count) { rows in
            kernel(
                rows, pointer + rows.lowerBound * width, result.pointer + rows.lowerBound * width)
        }
        withExtendedLifetime(self) {}
        return result
    }
}
