// Proposals from where settings did well.

import NightjarRuntime

/// A setting that was tried, and its loss; none when the trial failed.
struct Observation {
    let setting: [SearchValue]
    let loss: Double?
}

/// The tree-structured Parzen estimator: of some values drawn from the density ℓ of those that did
/// well, takes the one with the greatest ℓ/g, g the density of the others; each parameter for itself.
///
/// The ⌈n/10⌉ best of n observations did well, 25 at most; a failed trial is one of the others. The
/// first settings are drawn from the space.
///
/// Source: Bergstra et al., NIPS 2011; 24 candidates as in hyperopt, the share that did well as in
/// Optuna. Hyperopt's ⌈√n/4⌉ keeps so few that a search of a hundred trials often stays with a choice
/// that is not the best.
struct TreeParzen {
    /// Successful observations before the densities are used.
    var startup = 20
    /// Values that are compared.
    private let candidates = 24
    private let mostGood = 25

    /// Proposes a setting.
    ///
    /// - Parameters:
    ///   - space: what to choose from.
    ///   - observations: what was tried, the newest last.
    ///   - stream: where draws come from.
    /// - Returns: a value for each parameter.
    func propose(
        in space: SearchSpace, after observations: [Observation], _ stream: RandomStream
    ) -> [SearchValue] {
        guard observations.count(where: { $0.loss != nil }) >= startup else {
            return space.draw(stream)
        }
        let goodCount = min((observations.count + 9) / 10, mostGood)
        let order = observations.indices.sorted { left, right in
            let a = observations[left].loss ?? .infinity
            let b = observations[right].loss ?? .infinity
            return a == b ? left < right : a < b
        }
        let good = Set(order.prefix(goodCount))
        return space.parameters.enumerated().map { place, parameter in
            func estimator(_ isWanted: (Int) -> Bool) -> ParzenEstimator {
                let values = observations.indices.filter(isWanted).map {
                    parameter.range.coordinate(of: observations[$0].setting[place])
                }
                return ParzenEstimator(parameter.range, values)
            }
            let better = estimator { good.contains($0) }
            let worse = estimator { !good.contains($0) }
            var stream = stream.split(parameter.name)
            var best = (coordinate: better.draw(&stream), gain: -Double.infinity)
            best.gain = better.logDensity(best.coordinate) - worse.logDensity(best.coordinate)
            for _ in 1..<candidates {
                let coordinate = better.draw(&stream)
                let gain = better.logDensity(coordinate) - worse.logDensity(coordinate)
                if gain > best.gain { best = (coordinate, gain) }
            }
            return parameter.range.value(at: best.coordinate)
        }
    }
}
