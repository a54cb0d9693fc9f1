// Dropout that belongs to rows, whatever batch they are in.

import CKernels
import NightjarRuntime

/// What dropout leaves out of rows, decided by a key of each row.
///
/// Equal keys give equal zeros, so a row loses the same elements in every batch and with every
/// padding. Places of a network that share rows are told apart by a site of their own.
///
/// Source: N. Srivastava et al., *Dropout*, JMLR 15, 2014.
public struct RowDropout: Sendable {
    /// The probability with which an element is left out.
    public let rate: Float
    /// A number for each row, drawn at random.
    public let keys: [UInt64]

    /// Takes a rate and the keys of rows.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` unless `rate` is 0 to below 1.
    public init(rate: Float, keys: [UInt64]) throws(TensorError) {
        guard rate >= 0, rate < 1 else {
            throw .badValue(operation: "dropout", "the rate is \(rate), it must be 0 to below 1")
        }
        self.rate = rate
        self.keys = keys
    }

    /// What kernels need to know.
    func dropping(at site: UInt32) -> nj_dropping {
        nj_dropping(site: site, threshold: UInt32(Double(rate) * 0x1p32), scale: 1 / (1 - rate))
    }
}

extension Tape {
    /// Dropout of rows, and the sum of its result and another value where one is given: the end of
    /// a residual branch.
    ///
    /// Gradients: to x, g where the element was kept, times 1 / (1 − rate); g to the other value.
    /// Without dropout it is x, or the sum.
    ///
    /// - Parameters:
    ///   - x: rows, shape `[.., width]`.
    ///   - dropout: a key for each row; `nil` for no dropout.
    ///   - site: a number that no other place of the network has.
    ///   - residual: what is added, of the same shape.
    /// - Returns: the rows.
    /// - Throws: ``TensorError``.
    public func dropout(
        _ x: Variable, _ dropout: RowDropout?, site: UInt32, addedTo residual: Variable? = nil
    ) throws(TensorError) -> Variable {
        guard let dropout, dropout.rate > 0 else {
            guard let residual else { return x }
            return try add(residual, x)
        }
        guard dropout.keys.count == x.value.rowCount else {
            throw .countMismatch(shape: [x.value.rowCount], values: dropout.keys.count)
        }
        if let residual, residual.value.shape != x.value.shape {
            throw .shapeMismatch(operation: "dropout", x.value.shape, residual.value.shape)
        }
        let value = try dropout.applied(to: x.value, site, residual: residual?.value)
        return record(
            value, needsGradient: x.needsGradient || residual?.needsGradient == true
        ) { upstream throws(TensorError) in
            let upstream = try upstream.reshaped(value.shape)
            if x.needsGradient { try x.accumulate(dropout.applied(to: upstream, site)) }
            try residual?.accumulate(upstream)
        }
    }
}

extension RowDropout {
    fileprivate func applied(
        to x: Tensor, _ site: UInt32, residual: Tensor? = nil
    ) throws(TensorError) -> Tensor {
        let (dropping, width) = (dropping(at: site), x.columnCount)
        defer { withExtendedLifetime(residual) {} }
        return try x.mappedRows { rows, x, y in
            keys.withUnsafeBufferPointer { keys in
                guard let key = keys.baseAddress else { return }
                nj_dropout(
                    rows.count, width, dropping, key + rows.lowerBound, x,
                    residual.map { UnsafePointer($0.pointer + rows.lowerBound * width) }, y)
            }
        }
    }
}
