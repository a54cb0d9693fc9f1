// Rows of embedding tables.

extension Tape {
    /// Rows of an embedding table, shape `shape + [width]`.
    ///
    /// Gradient to the table: g is added to the row of each id.
    ///
    /// - Parameters:
    ///   - table: the embeddings, shape `[n, width]`.
    ///   - ids: row numbers from 0, in row-major order of `shape`.
    ///   - shape: shape of the ids. A vector without it.
    ///   - padding: this id's row is looked up but gets no gradient; -1 for none.
    ///   - layout: which id belongs to which example; without it the first dimension of the shape
    ///     is the example.
    /// - Returns: the rows.
    /// - Throws: ``TensorError``.
    public func gather(
        _ table: Parameter, _ ids: [Int32], shape: [Int]? = nil, padding: Int32 = -1,
        layout: RowLayout? = nil
    ) throws(TensorError) -> Variable {
        let shape = shape ?? [ids.count]
        guard table.value.shape.count == 2 else {
            throw .rank(
                operation: "gather", expected: "a table of two dimensions",
                found: table.value.shape)
        }
        guard try Tensor.elementCount(shape) == ids.count else {
            throw .countMismatch(shape: shape, values: ids.count)
        }
        if let bad = ids.first(where: { $0 < 0 }) {
            throw .indexOutOfRange(
                operation: "gather", index: Int(bad), limit: table.value.rowCount)
        }
        let layout = layout ?? RowLayout(leading: shape)
        guard layout.rowCount == ids.count else {
            throw .countMismatch(shape: [layout.examples, layout.steps], values: ids.count)
        }
        let rows = try table.value.gatheringRows(ids)
        return record(
            try rows.reshaped(shape + [rows.columnCount]), needsGradient: table.isTrainable
        ) { [sink] upstream throws(TensorError) in
            let used = ids.map { $0 == padding ? -1 : $0 }
            try sink?.take(
                .gather(table, ids: used, deltas: upstream.reshaped(rows.shape), layout))
        }
    }
}
