// What a removal or reweighting policy returns.

/// Chosen examples or rows, with the weight that each is to get and why it was chosen.
public struct Selection: Sendable, Equatable {
    /// What the numbers of a selection count.
    public enum Subject: String, Sendable, CaseIterable {
        /// Examples of a set: dropping one drops a label and leaves histories as they are.
        case examples
        /// Rows of a log: dropping one takes the interaction out of all histories.
        case rows
    }

    /// What ``ids`` count.
    public let subject: Subject
    /// The chosen numbers, from 0, each once, in the order in which they were chosen.
    public let ids: [Int]
    /// The weight that each of ``ids`` gets; 0 drops it.
    public let weights: [Float]
    /// Why all of them were chosen, in words for reports; may be empty.
    public let reason: String
    /// Why each of ``ids`` was chosen, where reasons differ.
    public let reasons: [String]?

    /// Number of chosen examples or rows.
    public var count: Int { ids.count }

    /// Whether every chosen example or row is dropped.
    public var dropsAll: Bool { weights.allSatisfy { $0 == 0 } }

    /// Creates a selection.
    ///
    /// - Parameters:
    ///   - subject: What is chosen.
    ///   - ids: Numbers from 0, each once; the order is kept.
    ///   - weights: One weight for each; `nil` drops all of them.
    ///   - reason: Why they were chosen.
    ///   - reasons: Why each of them was chosen.
    /// - Throws: ``SelectionError`` for a number below 0 or given twice, for a weight that is
    ///   negative or not finite, and for columns of different length.
    public init(
        of subject: Subject, _ ids: [Int], weights: [Float]? = nil, reason: String = "",
        reasons: [String]? = nil
    ) throws(SelectionError) {
        var seen: Set<Int> = []
        for id in ids {
            // The largest integer has no number from 1; it is what the least one becomes from 0.
            guard id >= 0, id < .max else { throw .negative(id) }
            guard seen.insert(id).inserted else { throw .repeated(id) }
        }
        for (name, count) in [("weights", weights?.count), ("reasons", reasons?.count)] {
            if let count, count != ids.count {
                throw .lengths(name, expected: ids.count, found: count)
            }
        }
        if let weights, let bad = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw .badWeight(id: ids[bad], value: weights[bad])
        }
        self.subject = subject
        self.ids = ids
        self.weights = weights ?? [Float](repeating: 0, count: ids.count)
        self.reason = reason
        self.reasons = reasons
    }

    /// The numbers to leave out of a set of `subject`.
    ///
    /// - Throws: ``SelectionError`` when the selection counts something else, or when it only
    ///   changes weights.
    public func dropped(from subject: Subject) throws(SelectionError) -> [Int] {
        try check(subject)
        guard dropsAll else { throw .weighs }
        return ids
    }

    /// The weights of `count` examples or rows after this selection, starting from `before`.
    ///
    /// - Throws: ``SelectionError`` when the selection counts something else or a number is outside
    ///   of the set.
    func applied(
        to before: [Float]?, count: Int, of subject: Subject
    ) throws(SelectionError) -> [Float] {
        try check(subject)
        var after = before ?? [Float](repeating: 1, count: count)
        for (id, weight) in zip(ids, weights) {
            guard after.indices.contains(id) else {
                throw .outside(id, count: count, subject: subject)
            }
            after[id] *= weight
        }
        return after
    }

    private func check(_ wanted: Subject) throws(SelectionError) {
        guard subject == wanted else { throw .otherSubject(subject, wanted: wanted) }
    }
}

extension Selection: CustomStringConvertible {
    /// One line, such as `Selection of 500 examples to drop: raises the target loss`.
    public var description: String {
        "Selection of \(count) \(subject.rawValue) to \(dropsAll ? "drop" : "reweight")"
            + (reason.isEmpty ? "" : ": \(reason)")
    }
}
