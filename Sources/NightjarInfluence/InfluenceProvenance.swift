// Where influence scores come from.

/// A method with everything that decides its figures, which every result carries.
public struct InfluenceProvenance: Sendable, Equatable {
    /// The method's name in the literature, such as `TracIn`.
    public let method: String
    /// Its settings as users write them, such as `parameters = all`.
    public let settings: [String]
    /// Names of the checkpoints whose contributions are in the scores.
    public let checkpoints: [String]
    /// What the sign of a score means.
    public let sign: SignConvention

    /// Creates a provenance.
    public init(
        method: String, settings: [String], checkpoints: [String], sign: SignConvention = .loss
    ) {
        self.method = method
        self.settings = settings
        self.checkpoints = checkpoints
        self.sign = sign
    }

    /// The same with other checkpoints, for a run that was stopped before it reached all.
    func at(_ checkpoints: [String]) -> InfluenceProvenance {
        InfluenceProvenance(
            method: method, settings: settings, checkpoints: checkpoints, sign: sign)
    }

    /// The same with more settings: what was found out while the scores were computed.
    func noting(_ notes: [String]) -> InfluenceProvenance {
        InfluenceProvenance(
            method: method, settings: settings + notes, checkpoints: checkpoints, sign: sign)
    }
}

extension InfluenceProvenance: CustomStringConvertible {
    /// One line: the method, its settings, the number of checkpoints.
    public var description: String {
        let moments = checkpoints.count == 1 ? "1 checkpoint" : "\(checkpoints.count) checkpoints"
        return "\(method) (\((settings + [moments]).joined(separator: ", ")))"
    }
}
