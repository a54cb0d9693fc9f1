// Examples under a selection.

extension Examples {
    /// The same examples, the weights of the chosen ones multiplied by those of `selection`.
    ///
    /// Nothing is renumbered: a dropped example stays in its place with weight 0.
    ///
    /// - Throws: ``SelectionError`` for a selection of rows or of another set.
    public func weighted(by selection: Selection) throws -> Examples {
        try withWeights(selection.applied(to: weights, count: count, of: .examples))
    }

    /// The rows of ``log`` that the examples of `selection` ask for, as a selection of rows.
    ///
    /// Dropping those takes the interactions out of the histories of other examples too.
    ///
    /// - Throws: ``SelectionError`` for a selection of rows or of another set, or when two of its
    ///   examples ask for one row.
    public func rows(of selection: Selection) throws(SelectionError) -> Selection {
        guard selection.subject == .examples else {
            throw .otherSubject(selection.subject, wanted: .examples)
        }
        if let bad = selection.ids.first(where: { $0 >= count }) {
            throw .outside(bad, count: count, subject: .examples)
        }
        let rows = rows
        return try Selection(
            of: .rows, selection.ids.map { Int(rows[$0]) }, weights: selection.weights,
            reason: selection.reason, reasons: selection.reasons)
    }
}

extension Sequences {
    /// The same sequences, the weights of the chosen ones multiplied by those of `selection`.
    ///
    /// - Throws: ``SelectionError`` for a selection of rows or of another set.
    public func weighted(by selection: Selection) throws -> Sequences {
        try withWeights(selection.applied(to: weights, count: count, of: .examples))
    }
}
