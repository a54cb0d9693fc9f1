// Random zeros that keep a network from relying on single units.

import NightjarRuntime

extension Tape {
    /// Sets each element to 0 with probability `rate` and multiplies the others by 1 / (1 − rate).
    ///
    /// Gradient: g where the element was kept, times 1 / (1 − rate). Not for evaluation: leave the
    /// operation out there. Draws half as many numbers from `stream` as x has elements.
    ///
    /// Source: N. Srivastava et al., *Dropout*, JMLR 15, 2014.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` unless `rate` is 0 to below 1.
    public func dropout(
        _ x: Variable, rate: Float, _ stream: inout RandomStream
    ) throws(TensorError) -> Variable {
        guard rate >= 0, rate < 1 else {
            throw .badValue(operation: "dropout", "the rate is \(rate), it must be 0 to below 1")
        }
        guard rate > 0 else { return x }
        let mask = try Tensor(uninitialized: x.value.shape)
        let scale = 1 / (1 - rate)
        let threshold = UInt32(Double(rate) * 0x1p32)
        // Each draw of 64 bits decides two elements.
        for start in stride(from: 0, to: mask.count, by: 2) {
            let bits = stream.next()
            mask.pointer[start] = UInt32(truncatingIfNeeded: bits) < threshold ? 0 : scale
            guard start + 1 < mask.count else { break }
            mask.pointer[start + 1] = UInt32(bits >> 32) < threshold ? 0 : scale
        }
        return try multiply(x, constant(mask))
    }
}
