// What can be wrong with a simulation, in words that say what to do.

/// What can be wrong with the options of a generated data set.
///
/// Every description ends in the next step for the user.
public enum SimulationError: Error, Equatable, Sendable {
    /// A whole number is outside its range.
    case badCount(option: String, value: Int, lowest: Int, highest: Int)
    /// A real number is outside its range.
    case badNumber(option: String, value: Double, lowest: Double, highest: Double)
}

extension SimulationError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .badCount(let option, let value, let lowest, let highest):
            "\(option) = \(value) is out of range. Give a whole number from \(lowest) to \(highest)."
        case .badNumber(let option, let value, let lowest, let highest):
            "\(option) = \(value) is out of range. Give a number from \(lowest) to \(highest)."
        }
    }

    static func check(
        _ option: String, _ value: Int, in range: ClosedRange<Int>
    ) throws(SimulationError) {
        guard !range.contains(value) else { return }
        throw .badCount(
            option: option, value: value, lowest: range.lowerBound, highest: range.upperBound)
    }

    static func check(
        _ option: String, _ value: Double, in range: ClosedRange<Double>
    ) throws(SimulationError) {
        guard !range.contains(value) else { return }
        throw .badNumber(
            option: option, value: value, lowest: range.lowerBound, highest: range.upperBound)
    }
}
