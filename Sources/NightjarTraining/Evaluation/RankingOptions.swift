// How targets are ranked in an evaluation.

import NightjarMetrics

/// The choices that a protocol line names, and how the work is cut.
public struct RankingOptions: Sendable {
    /// The items that a target is ranked against.
    public var candidates: CandidateSet
    /// The rank of items with equal scores.
    public var ties: TieRule
    /// Seed of sampled candidates; equal seeds give all models the same ones.
    public var seed: UInt64
    /// Examples that go through a model together.
    public var batchSize: Int

    /// Creates options: against all items, seen ones too, with the expected rank among ties.
    public init(
        candidates: CandidateSet = CandidateSet(), ties: TieRule = .average, seed: UInt64 = 1,
        batchSize: Int = 128
    ) {
        self.candidates = candidates
        self.ties = ties
        self.seed = seed
        self.batchSize = batchSize
    }
}
