// A setting with several seeds.

import LuaHost
import NightjarRuntime
import NightjarTraining

/// What repetitions of one trial gave.
struct Refit: LuaObject, CustomStringConvertible {
    let trial: SearchPlan.Trial
    let setting: [(key: String, value: SearchValue)]
    private(set) var seeds: [Int] = []
    /// The values of each metric in the order of the seeds.
    private(set) var metrics: [(key: String, value: [Double])] = []

    init(of trial: SearchPlan.Trial, _ setting: [(key: String, value: SearchValue)]) {
        self.trial = trial
        self.setting = setting
    }

    /// Adds what one seed gave.
    ///
    /// - Throws: `LuaError` when it has other metrics than the seeds before.
    mutating func add(_ figures: [String: Double], seed: Int) throws {
        let names = figures.keys.sorted()
        if seeds.isEmpty { metrics = names.map { ($0, []) } }
        guard names == metrics.map(\.key) else {
            throw LuaError(
                "seed \(seed) gave \(names.joined(separator: ", ")), the seeds before"
                    + " \(metrics.map(\.key).joined(separator: ", ")). Give the same metrics for"
                    + " every seed.")
        }
        seeds.append(seed)
        for (place, name) in names.enumerated() {
            metrics[place].value.append(figures[name] ?? .nan)
        }
    }

    /// Mean and standard deviation (with n − 1); that of one value is not known.
    static func spread(_ values: [Double]) -> (mean: Double, deviation: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (mean, values.count > 1 ? (squares / (count - 1)).squareRoot() : .nan)
    }

    var description: String {
        let figures = metrics.map { name, values in
            let spread = Self.spread(values)
            return "\(name) \(NumberText.significant(spread.mean, digits: 4)) ±"
                + " \(NumberText.significant(spread.deviation, digits: 2))"
        }.joined(separator: ", ")
        return "Refit of trial \(trial.number) (\(setting.words)) with \(seeds.count) seeds: "
            + figures
    }
}
