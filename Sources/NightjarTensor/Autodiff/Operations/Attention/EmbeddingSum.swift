// Sums of rows of several embedding tables: items and their places in a sequence.

import CKernels
import NightjarRuntime

/// Rows of one table in a sum.
package struct EmbeddingTerm {
    let table: Parameter
    let ids: [Int32]
    let scale: Float

    /// Takes a table of shape `[n, width]`, the number of a row of it for each row of the sum, negative
    /// for none, and what the row is multiplied by.
    package init(_ table: Parameter, ids: [Int32], scale: Float = 1) {
        self.table = table
        self.ids = ids
        self.scale = scale
    }
}

extension Tape {
    /// Σ scale·table[id] over the terms for each row.
    ///
    /// Gradient to the row of a table with id: scale·g, summed over where it was used.
    ///
    /// - Parameters:
    ///   - terms: one or more, as many ids each as the shape says.
    ///   - shape: shape of the ids; the first dimension is the example.
    /// - Returns: the sums, shape `shape + [width]`.
    /// - Throws: ``TensorError``.
    package func embeddingSum(
        _ terms: [EmbeddingTerm], shape: [Int]
    ) throws(TensorError) -> Variable {
        let width = terms.first?.table.value.columnCount ?? 0
        let value = try Tensor(uninitialized: shape + [width])
        let rows = value.rowCount
        for term in terms {
            let table = term.table.value
            guard table.shape.count == 2, table.columnCount == width else {
                throw .shapeMismatch(operation: "embedding", table.shape, value.shape)
            }
            guard term.ids.count == rows else {
                throw .countMismatch(shape: shape, values: term.ids.count)
            }
            if let bad = term.ids.first(where: { Int($0) >= table.rowCount }) {
                throw .indexOutOfRange(
                    operation: "embedding", index: Int(bad), limit: table.rowCount)
            }
        }
        Pieces.run(rows, elements: value.count) { some in
            (value.pointer + some.lowerBound * width).update(
                repeating: 0, count: some.count * width)
            for row in some {
                for term in terms where term.ids[row] >= 0 {
                    nj_axpy(
                        width, term.scale, term.table.value.pointer + Int(term.ids[row]) * width,
                        value.pointer + row * width)
                }
            }
        }
        let layout = RowLayout(leading: shape)
        return record(value, needsGradient: terms.contains { wants($0.table) }) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let upstream = try upstream.reshaped([rows, width])
            for term in terms where sink.wants(term.table) {
                guard sink.keepsFactors else {
                    let groups = RowGroups(term.ids)
                    let sums = try groups.sum(upstream)
                    nj_scale(sums.count, term.scale, sums.pointer, sums.pointer)
                    try sink.take(.rows(groups.ids, sums), of: term.table)
                    continue
                }
                let deltas = try term.scale == 1 ? upstream : upstream * term.scale
                try sink.take(.gather(term.table, ids: term.ids, deltas: deltas, layout))
            }
        }
    }
}
