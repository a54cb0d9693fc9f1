// What the sign of a score means.

/// The words that go with every influence score.
public enum SignConvention: Sendable, Equatable {
    /// What training on the example did to the target's loss.
    case loss
    /// What the example gives to the logit of the target's item.
    case logit
    /// How much alike the two are, which says nothing of cause.
    case likeness

    /// What the sign means, on two lines.
    public var lines: [String] {
        switch self {
        case .loss:
            [
                "score > 0: a proponent, training on it lowered the target's loss (helped);",
                "score < 0: an opponent, training on it raised the target's loss (harmed)",
            ]
        case .logit:
            [
                "score > 0: the example raises the logit of the target's item;",
                "score < 0: the example lowers it",
            ]
        case .likeness:
            [
                "score > 0: the example is like the target to the model, which tells no cause;",
                "score < 0: it is unlike the target, which is not harmful",
            ]
        }
    }

    /// The same on one line.
    public var words: String { lines.joined(separator: " ") }

    /// What heads the examples with scores above and below 0.
    var headings: (above: String, below: String) {
        switch self {
        case .loss: ("helped", "harmed")
        case .logit: ("raise the logit", "lower the logit")
        case .likeness: ("like it", "unlike it")
        }
    }
}
