// Products of large matrices, which the user may not want to wait for.

import NightjarRuntime

extension Tensor {
    /// The same as ``matmul(_:transposingLeft:transposingRight:)``, in parts that take less than a
    /// second each: every part packs the right operand anew, so many small ones would cost time.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func interruptibleMatmul(_ other: Tensor) throws -> Tensor {
        try matmul(other, partsOf: 1 << 37)
    }

    /// The product in parts of about `work` multiplications, at least one element of the first
    /// dimension each.
    func matmul(_ other: Tensor, partsOf work: Int) throws -> Tensor {
        // Where the right operand is one matrix, the batches on the left are just more rows.
        if other.shape.count == 2, shape.count > 2, columnCount == other.shape[0] {
            return try reshaped([rowCount, columnCount]).matmul(other, partsOf: work)
                .reshaped(shape.dropLast() + [other.columnCount])
        }
        guard let rows = rowsOfPart(other, work) else { return try matmul(other) }
        let result = try Tensor(uninitialized: shape.dropLast() + [other.columnCount])
        for start in stride(from: 0, to: shape[0], by: rows) {
            try Interruption.check()
            let part = start..<min(start + rows, shape[0])
            let right = shape.count == 2 ? other : try other.rows(part)
            try result.rows(part).assign(self.rows(part).matmul(right))
        }
        return result
    }

    /// How many elements of the first dimension to multiply at a time; nothing when all of them are
    /// little work, or when operands do not fit or are repeated.
    private func rowsOfPart(_ other: Tensor, _ work: Int) -> Int? {
        guard shape.count >= 2, shape.count == other.shape.count,
            shape.dropFirst(2).isEmpty || shape.dropLast(2) == other.shape.dropLast(2),
            columnCount == other.shape[shape.count - 2], shape[0] > 0
        else { return nil }
        let (ofRow, overflow) = (count / shape[0])
            .multipliedReportingOverflow(by: other.columnCount)
        let rows = overflow ? 1 : max(1, work / max(1, ofRow))
        return rows < shape[0] ? rows : nil
    }
}
