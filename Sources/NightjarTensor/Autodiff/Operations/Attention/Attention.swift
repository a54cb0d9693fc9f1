// Multi-head attention among the rows of sequences.

/// Which rows attend to which.
public struct AttentionLayout: Sendable {
    /// The rows of each sequence, which attend to each other and to no others.
    public let sequences: [Range<Int>]
    /// Number of heads: each attends with an equal part of the columns.
    public let heads: Int
    /// Whether a row attends to itself and the rows before it alone.
    public let isCausal: Bool

    /// Takes the rows of sequences.
    public init(sequences: [Range<Int>], heads: Int = 1, isCausal: Bool) {
        self.sequences = sequences
        self.heads = heads
        self.isCausal = isCausal
    }
}

extension Tape {
    /// Scaled dot-product attention: o_i = Σ_j p_ij·v_j with p_i = softmax(⟨q_i, k_j⟩ / √w) over the
    /// rows j that row i attends to, for each head of w columns.
    ///
    /// Rows that belong to no sequence give zeros and get no gradient. Only what is needed to compute
    /// the weights again is kept for the backward pass, so memory grows with the number of rows and
    /// not with its square.
    ///
    /// Gradients, with h_ij = ⟨g_i, v_j⟩ and s_ij = p_ij·(h_ij − Σ_j p_ij·h_ij) / √w: Σ_j s_ij·k_j to
    /// q_i, Σ_i s_ij·q_i to k_j and Σ_i p_ij·g_i to v_j.
    ///
    /// Source: A. Vaswani et al., *Attention is all you need*, NIPS 2017.
    ///
    /// - Parameters:
    ///   - queries: shape `[.., D]`, the heads side by side.
    ///   - keysAndValues: shape `[.., 2D]`, keys before values.
    ///   - layout: which rows attend to which.
    ///   - dropout: leaves out weights, by the key of the query's row; `nil` for none.
    ///   - site: a number that no other dropout of the network has.
    /// - Returns: o, of the shape of the queries.
    /// - Throws: ``TensorError``.
    public func attention(
        _ queries: Variable, _ keysAndValues: Variable, _ layout: AttentionLayout,
        dropout: RowDropout? = nil, site: UInt32 = 0
    ) throws(TensorError) -> Variable {
        let (q, kv) = (queries.value, keysAndValues.value)
        guard let width = q.shape.last, width > 0,
            kv.shape == Array(q.shape.dropLast()) + [2 * width]
        else { throw .shapeMismatch(operation: "attention", q.shape, kv.shape) }
        guard layout.heads > 0, width.isMultiple(of: layout.heads) else {
            throw .badValue(
                operation: "attention",
                "\(width) columns cannot be shared by \(layout.heads) heads; give a number of heads"
                    + " that divides them")
        }
        try layout.check(rows: q.rowCount)
        if let dropout, dropout.keys.count != q.rowCount {
            throw .countMismatch(shape: [q.rowCount], values: dropout.keys.count)
        }
        try BLAS.require()
        let pass = AttentionPass(
            queries: q, keysAndValues: kv, layout: layout,
            dropout: dropout?.rate == 0 ? nil : dropout, site: site)
        return record(
            try pass.forward(),
            needsGradient: queries.needsGradient || keysAndValues.needsGradient
        ) { upstream throws(TensorError) in
            let gradient = try pass.backward(upstream)
            try queries.accumulate(gradient.queries)
            try keysAndValues.accumulate(gradient.keysAndValues)
        }
    }
}

extension AttentionLayout {
    /// Checks that sequences are within some rows and share none.
    fileprivate func check(rows: Int) throws(TensorError) {
        var end = 0
        for sequence in sequences {
            guard sequence.lowerBound >= end else {
                throw .badValue(
                    operation: "attention",
                    "the sequence of rows \(sequence) begins before the one before it ends; give"
                        + " sequences in order")
            }
            end = sequence.upperBound
        }
        guard end <= rows else {
            throw .indexOutOfRange(operation: "attention", index: end - 1, limit: rows)
        }
    }
}
