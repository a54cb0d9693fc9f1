/// What a number means: which examples, against which candidates, under which tie rule.
public struct EvaluationProtocol: Sendable, Equatable {
    /// The examples in words, such as `test: last 10 % of each user by time`.
    public let split: String
    /// The items that a target is ranked against.
    public let candidates: CandidateSet
    /// The rank of items with equal scores.
    public let ties: TieRule

    /// Creates a protocol.
    public init(split: String, candidates: CandidateSet, ties: TieRule) {
        self.split = split
        self.candidates = candidates
        self.ties = ties
    }
}

extension EvaluationProtocol: CustomStringConvertible {
    /// The line printed above every table of results.
    public var description: String { "\(split); candidates: \(candidates); ties: \(ties)" }
}
