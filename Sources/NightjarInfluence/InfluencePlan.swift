// What an influence run will do, said before it does it.

import NightjarRuntime
import NightjarTensor

/// The work of an influence run: how gradients meet, and what it costs.
public struct InfluencePlan: Sendable, CustomStringConvertible {
    /// One line for each group of parameters: its names, and how its dot products are computed.
    public internal(set) var groups: [String] = []
    /// Number of moments of training.
    public let checkpoints: Int
    /// Number of training examples.
    public let trainCount: Int
    /// Number of examples that are asked about.
    public let targetCount: Int
    /// Trainable values whose gradients count.
    public let parameterCount: Int
    /// Training examples that go through the model together.
    public internal(set) var tile: Int
    /// Targets whose gradients are held at a time.
    public internal(set) var targetBlock: Int
    /// Bytes that the run holds at its peak, results included.
    public internal(set) var bytes: Int
    /// Multiplications and additions in all.
    public internal(set) var flops: Double
    /// Whether ``flops`` are an estimate, as of solves that may end early.
    public internal(set) var isEstimate = false

    /// Seconds that the arithmetic takes at a number of operations a second; what moves memory alone is
    /// not counted.
    public func seconds(at speed: Double) -> Double { flops / speed }

    /// The plan, and what it takes at a number of operations a second.
    public func description(at speed: Double) -> String {
        guard speed > 0 else { return description }
        let seconds = seconds(at: speed)
        let time = NumberText.fixed(seconds, digits: seconds < 10 ? 1 : 0)
        return description
            + ", \(isEstimate ? "about" : "at least") \(time) s at the \(Int(speed / 1e9)) GFLOP/s of this machine"
    }

    /// Several lines: the size of the question, each group, the cost.
    public var description: String {
        let mebibytes = max(1, bytes >> 20)
        let giga = String(Int(flops / 1e9))
        return """
            plan: \(trainCount) training × \(targetCount) target examples, \(checkpoints) checkpoints, \
            \(parameterCount) parameters
            \(groups.map { "  " + $0 }.joined(separator: "\n"))
              tiles of \(tile) training examples, blocks of \(targetBlock) targets, \
            \(mebibytes) MiB, \(giga) GFLOP
            """
    }
}

/// Sizes of one group of factors, which decide how its dot products are computed.
struct GroupShape {
    let name: String
    let out: Int
    let width: Int
    let weightWidth: Int
    /// Steps of a training example, and of a target.
    let steps: Int
    let targetSteps: Int

    /// Whether targets are vectors that are no longer factors.
    let isMapped: Bool

    init(_ group: FactorGroup, target: FactorGroup, isMapped: Bool) {
        self.isMapped = isMapped
        name = group.name
        out = group.out
        width = group.width
        weightWidth = group.weightWidth
        steps = group.layout.steps
        targetSteps = target.layout.steps
    }

    /// Whether examples and targets meet as factors.
    private var isFactored: Bool { targetSteps == 1 && !isMapped }

    /// Bytes that one prepared target needs.
    var targetBytes: Int {
        isFactored
            ? 4 * (out + width)
            : WrittenGradients.bytesPerTarget(
                out: out, weights: weightWidth, hasBiases: width > weightWidth)
    }
    /// Operations for one pair.
    var pairFlops: Double {
        isFactored
            ? 2 * Double(steps) * Double(out + width) : 2 * Double(out) * Double(width)
    }
    /// Operations for the model's way to one example's factors, forward and back.
    var passFlops: Double { 4 * Double(steps) * Double(out) * Double(width) }
    /// Operations to write one example out.
    var writeFlops: Double {
        isFactored ? 0 : 2 * Double(steps) * Double(out) * Double(width)
    }

    var description: String {
        let many = steps == 1 ? "" : " for each of \(steps) steps"
        return isFactored
            ? "\(name): (δ·δ′)(x·x′), \(out) + \(width) values an example\(many)"
            : "\(name): written out, \(out)×\(width) values an example from \(steps) steps"
    }
}
