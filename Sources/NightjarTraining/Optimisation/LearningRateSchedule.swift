// How the learning rate changes while a model trains.

#if canImport(Glibc)
    import Glibc
#endif

/// The learning rate of each step, as a share of the base rate.
///
/// With s the step from 0, S the number of steps of the whole run, and a warm-up of W steps, every
/// rate with a warm-up rises first: for s < W it is (s + 1) / W of the base rate.
public enum LearningRateSchedule: Sendable, Equatable, Codable {
    /// Always the base rate.
    case constant
    /// factor^⌊e / every⌋ in epoch e from 0.
    case stepDecay(every: Int, factor: Double = 0.1)
    /// floor + (1 − floor)·(1 + cos πp) / 2 with p = (s − W) / (S − W): half a cosine.
    case cosine(warmUpSteps: Int = 0, floor: Double = 0)
    /// 1 − (1 − floor)·p with p = (s − W) / (S − W): a straight line.
    case linear(warmUpSteps: Int = 0, floor: Double = 0)
    /// Times factor, not below floor, each time that `patience` + 1 epochs in a row did not better
    /// the watched figure.
    case reduceOnPlateau(factor: Double = 0.1, patience: Int = 10, floor: Double = 0)

    /// Whether the rates depend on how many steps the whole run has.
    var dependsOnLength: Bool {
        switch self {
        case .cosine, .linear: true
        case .constant, .stepDecay, .reduceOnPlateau: false
        }
    }

    /// The share of the base rate.
    ///
    /// - Parameters:
    ///   - step: steps done before in the whole run.
    ///   - totalSteps: steps of the whole run.
    ///   - epoch: epochs done before.
    ///   - reductions: how often a plateau was met.
    /// - Returns: what the base rate is multiplied by.
    func share(step: Int, of totalSteps: Int, epoch: Int, reductions: Int) -> Double {
        switch self {
        case .constant:
            return 1
        case .stepDecay(let every, let factor):
            return pow(factor, Double(epoch / max(1, every)))
        case .cosine(let warmUp, let floor):
            if step < warmUp { return Double(step + 1) / Double(warmUp) }
            let part = Double(step - warmUp) / Double(max(1, totalSteps - warmUp))
            return floor + (1 - floor) * (1 + cos(.pi * part)) / 2
        case .linear(let warmUp, let floor):
            if step < warmUp { return Double(step + 1) / Double(warmUp) }
            let part = Double(step - warmUp) / Double(max(1, totalSteps - warmUp))
            return 1 - (1 - floor) * part
        case .reduceOnPlateau(let factor, _, let floor):
            return max(floor, pow(factor, Double(reductions)))
        }
    }

    /// Refuses constants that make no sense.
    func check(totalSteps: Int) throws(TrainingError) {
        func share(_ name: String, _ value: Double, above zero: Bool) throws(TrainingError) {
            guard value >= 0, value <= 1, value > 0 || !zero else {
                throw .badOption(
                    "\(name) of the schedule", "\(value)", allowed: "a number from 0 to 1")
            }
        }
        func warmUp(_ steps: Int) throws(TrainingError) {
            guard steps >= 0, steps < totalSteps else {
                throw .badOption(
                    "warm-up of the schedule", "\(steps)",
                    allowed: "fewer steps than the run has, which is \(totalSteps)")
            }
        }
        switch self {
        case .constant: break
        case .stepDecay(let every, let factor):
            guard every >= 1 else {
                throw .badOption(
                    "step of the schedule", "\(every)", allowed: "a number of epochs from 1")
            }
            try share("factor", factor, above: true)
        case .cosine(let steps, let floor), .linear(let steps, let floor):
            try warmUp(steps)
            try share("floor", floor, above: false)
        case .reduceOnPlateau(let factor, let patience, let floor):
            guard patience >= 0 else {
                throw .badOption(
                    "patience of the schedule", "\(patience)",
                    allowed: "a number of epochs from 0")
            }
            try share("factor", factor, above: true)
            try share("floor", floor, above: false)
        }
    }
}
