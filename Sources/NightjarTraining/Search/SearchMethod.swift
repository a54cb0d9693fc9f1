// How the next setting of a search is chosen.

import NightjarRuntime

/// How settings are proposed.
public enum SearchMethod: String, Sendable, CaseIterable {
    /// Each from the space alone.
    case random
    /// From where settings did well: the tree-structured Parzen estimator.
    case tpe
}

/// Whether a greater value of the objective is a better one.
public enum SearchGoal: String, Sendable, CaseIterable {
    /// The greatest value is sought.
    case maximize
    /// The least value is sought.
    case minimize

    /// The value as something to be made small.
    func loss(_ value: Double) -> Double { self == .maximize ? -value : value }
}

extension SearchSpace {
    /// Draws a setting; each parameter has a stream of its own.
    func draw(_ stream: RandomStream) -> [SearchValue] {
        parameters.map { parameter in
            var stream = stream.split(parameter.name)
            let bounds = parameter.range.coordinates
            let width = bounds.upperBound - bounds.lowerBound
            return parameter.range.value(at: bounds.lowerBound + width * stream.uniform())
        }
    }
}
