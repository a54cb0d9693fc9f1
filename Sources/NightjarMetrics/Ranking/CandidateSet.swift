// Which items compete with the target, the part of a protocol that moves metrics most.

/// The items that a target is ranked against.
///
/// Metrics over different candidate sets must never be compared: for SASRec on ML-1M, nDCG@10 is
/// published as 0.13 against all items and as 0.59 against 100 sampled ones, and sampling can turn
/// the order of two models round.
///
/// Source: W. Krichene and S. Rendle, *On sampled metrics for item recommendation*, KDD 2020.
public struct CandidateSet: Sendable, Equatable {
    /// Where the competitors come from.
    public enum Pool: Sendable, Equatable {
        /// Every item of the catalogue.
        case all
        /// This many sampled items; metrics over them are labelled "sampled".
        case sampled(negatives: Int)
    }

    /// Items that are left out of a ranking, unless they are the target.
    public enum Masking: String, Sendable, CaseIterable {
        /// None.
        case nothing
        /// Those of the history that the model was given, as in Spotlight; where padding competes, it
        /// is left out, too, for a history that is padded.
        case history
        /// All that the user met before, also what a cut history does not show.
        case seen
    }

    /// Where the competitors come from.
    public let pool: Pool
    /// Whether padding class 0 competes, as it does in Spotlight and recommenderAttribution.
    public let countsPadding: Bool
    /// Which items are left out.
    public let masking: Masking

    /// Creates the set in which all items compete, seen ones too, and padding does not.
    public init() { (pool, countsPadding, masking) = (.all, false, .nothing) }

    /// Creates a candidate set; by default all items compete, and padding does not.
    ///
    /// - Throws: ``MetricError/badSampleSize(_:)`` when fewer than one item would be sampled.
    public init(
        pool: Pool = .all, countsPadding: Bool = false, masking: Masking = .nothing
    ) throws(MetricError) {
        if case .sampled(let negatives) = pool, negatives < 1 { throw .badSampleSize(negatives) }
        self.pool = pool
        self.countsPadding = countsPadding
        self.masking = masking
    }

    /// Whether competitors are sampled, so that metrics must be labelled so.
    public var isSampled: Bool { pool != .all }
}

extension CandidateSet: CustomStringConvertible {
    /// The candidates as written in protocol lines, such as `all items, seen items masked`.
    public var description: String {
        switch pool {
        case .all:
            (countsPadding ? "all items and padding class 0" : "all items")
                + (masking == .history ? ", items of the history masked" : ", seen items")
                + (masking == .nothing ? " not masked" : masking == .seen ? " masked" : "")
        case .sampled(let negatives):
            "the target and \(negatives) sampled "
                + (masking == .nothing
                    ? "items" : masking == .seen ? "unseen items" : "items outside the history")
        }
    }
}
