// How a set of targets is made one.

/// How a set of targets is made one target.
public enum TargetWeighting: Sendable, Equatable {
    /// The mean loss over the set.
    case mean
    /// The sum of the losses.
    case sum
    /// The sum over consecutive batches of the batch's mean loss, as in the TracIn study's code.
    case batchMeans(Int)
}

extension TargetWeighting {
    /// The weight of the loss of one target.
    func weight(of index: Int, among count: Int) -> Float {
        switch self {
        case .mean: return 1 / Float(count)
        case .sum: return 1
        case .batchMeans(let size):
            let size = max(1, size)
            return 1 / Float(min(size, count - index / size * size))
        }
    }

    /// What the targets were made, of their losses or of something else.
    func words(count: Int, of output: String = "loss") -> String {
        switch self {
        case .mean: "the mean \(output) of \(count) targets"
        case .sum: "the summed \(output) of \(count) targets"
        case .batchMeans(let size):
            "the sum over batches of \(size) of the mean \(output) of \(count) targets"
        }
    }
}
