// Which rank an item gets when others score exactly the same.

/// The rank of an item among candidates with exactly its score.
///
/// A constant scorer shows why the rule matters: over 1,000 candidates every target has rank 1
/// under ``optimistic`` (MRR 1.0), 500.5 under ``average``, and 1,000 under ``pessimistic``.
///
/// Rules of others: ``optimistic`` is recommenderAttribution's and GRU4Rec's `standard`, ``average``
/// is Spotlight's (scipy's `rankdata`), ``pessimistic`` is ReChorus's and GRU4Rec's `conservative`.
/// Programs that sort and cut, such as RecBole, leave the order of ties to the sort.
public enum TieRule: String, Sendable, CaseIterable {
    /// Before all tied candidates: 1 + the number of strictly greater scores.
    case optimistic
    /// The expected rank under a random order of the tied candidates.
    case average
    /// After all tied candidates.
    case pessimistic

    /// The rank of the `position`-th of `relevant` items that share a score.
    ///
    /// For one relevant item, ``average`` is the mean of the ranks that the tied candidates take.
    /// For several it is the expected rank of the `position`-th of them in a random order, so that
    /// their ranks stay distinct and keep their sum.
    ///
    /// - Parameters:
    ///   - position: from 1 to `relevant`.
    ///   - relevant: how many relevant items have the score.
    ///   - tied: how many candidates have the score, the relevant ones included.
    ///   - greater: how many candidates have a greater score.
    /// - Returns: the rank, from 1.
    public func rank(position: Int = 1, of relevant: Int = 1, tied: Int, greater: Int) -> Double {
        switch self {
        case .optimistic: Double(greater + position)
        case .average: Double(greater) + Double(position * (tied + 1)) / Double(relevant + 1)
        case .pessimistic: Double(greater + tied - relevant + position)
        }
    }
}

extension TieRule: CustomStringConvertible {
    /// The rule's name as written in protocol lines.
    public var description: String { rawValue }
}
