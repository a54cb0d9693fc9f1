// Looking up rows of a tensor and adding them up.

import CKernels
import NightjarRuntime

extension Tensor {
    /// Rows of a table by number, shape `[ids, width]`; a negative number gives a row of zeros.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)`` for a number past the end.
    package func gatheringRows(_ ids: [Int32]) throws(TensorError) -> Tensor {
        let width = columnCount
        if let bad = ids.first(where: { Int($0) >= rowCount }) {
            throw .indexOutOfRange(operation: "gather", index: Int(bad), limit: rowCount)
        }
        let result = try Tensor(uninitialized: [ids.count, width])
        ids.withUnsafeBufferPointer { ids in
            Pieces.run(ids.count, elements: result.count) { rows in
                for row in rows {
                    let target = result.pointer + row * width
                    if ids[row] < 0 {
                        target.update(repeating: 0, count: width)
                    } else {
                        target.update(from: pointer + Int(ids[row]) * width, count: width)
                    }
                }
            }
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// Σ over all rows of each column, shape `[columns]`.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package func columnSums() throws(TensorError) -> Tensor {
        let width = columnCount
        let pieces = max(1, min(8, rowCount / 256))
        let partial = try Tensor(repeating: 0, shape: [pieces, width])
        Workers.run(pieces) { piece in
            let rows = Slices.range(piece, of: pieces, over: rowCount)
            nj_add_column_sums(
                rows.count, width, pointer + rows.lowerBound * width,
                partial.pointer + piece * width)
        }
        for piece in 1..<max(1, pieces) {
            nj_axpy(width, 1, partial.pointer + piece * width, partial.pointer)
        }
        withExtendedLifetime(self) {}
        return try partial.rows(0..<1).reshaped([width])
    }
}

extension Tensor {
    /// x·Wᵀ + b for the rows of this tensor, shape `[rows, out]`, with W of shape `[out, in]`.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func linear(_ weight: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
        let (rows, out) = (rowCount, weight.rowCount)
        guard columnCount == weight.columnCount, bias.map({ $0.count == out }) ?? true else {
            throw .shapeMismatch(operation: "linear", shape, weight.shape)
        }
        try BLAS.require()
        let result = try Tensor(uninitialized: [rows, out])
        let blocks = max(1, min(64, rows / 64))
        let operand = PackedOperand(
            Matrix(weight).transposed, as: .right,
            packs: TileUnit.pays(rows: rows, columns: out, inner: columnCount))
        Workers.run(blocks) { block in
            let range = Slices.range(block, of: blocks, over: rows)
            let tile = Matrix(result).rows(range)
            BLAS.multiply(Matrix(self).rows(range), operand, into: tile)
            if let bias { nj_add_bias(range.count, out, bias.pointer, tile.pointer) }
        }
        withExtendedLifetime((self, weight, bias)) {}
        return result
    }
}
