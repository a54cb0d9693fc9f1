// What models that were trained on subsets lose, and how well they rank.

import NightjarData
import NightjarMetrics
import NightjarTensor

/// Figures of every target after training on each of several subsets, with several seeds.
public struct RetrainingFigures: Sendable {
    /// Names of what was measured: `loss`, then metrics.
    public let names: [String]
    /// Whether a greater value is better, for each of ``names``.
    public let higherIsBetter: [Bool]
    /// The subsets that were learned from.
    public let subsets: Subsets
    /// The seeds.
    public let seeds: [UInt64]
    /// What was measured on.
    public let targets: Examples
    /// Figures by name and target; `nil` for models that were not trained.
    private var models: [[[Float]]?]

    init(
        _ metrics: [any RankingMetric], subsets: Subsets, seeds: [UInt64], targets: Examples
    ) {
        names = ["loss"] + metrics.map { "\($0)" }
        higherIsBetter = [false] + metrics.map(\.higherIsBetter)
        self.subsets = subsets
        self.seeds = seeds
        self.targets = targets
        models = Array(repeating: nil, count: subsets.count * seeds.count)
    }

    /// The figures of one model, by the place of its subset and its seed.
    subscript(subset: Int, seed: Int) -> [[Float]]? {
        get { models[subset * seeds.count + seed] }
        set { models[subset * seeds.count + seed] = newValue }
    }

    /// Number of models that were trained.
    public var finishedCount: Int { models.count { $0 != nil } }

    /// Whether some models were not trained because the user asked to stop.
    public var isPartial: Bool { finishedCount < models.count }

    /// The places of the subsets of which all models were trained.
    public var completeSubsets: [Int] {
        (0..<subsets.count).filter { subset in
            seeds.indices.allSatisfy { self[subset, $0] != nil }
        }
    }

    /// The place of a figure in ``names``, in any case.
    ///
    /// - Throws: ``TrainingError/badOption(_:_:allowed:)`` for another name.
    public func place(of name: String) throws(TrainingError) -> Int {
        let wanted = name.lowercased()
        guard let place = names.firstIndex(where: { $0.lowercased() == wanted }) else {
            throw .badOption(
                "figure", "'\(name)'", allowed: "one of " + names.joined(separator: ", "))
        }
        return place
    }

    /// The figures called `name`, averaged over seeds, or those of one seed.
    ///
    /// - Parameters:
    ///   - name: one of ``names``, in any case.
    ///   - seed: one of ``seeds``; `nil` for the mean.
    /// - Returns: shape `[subsets, targets]`; a row of not-a-number for a subset of which a model was
    ///   not trained.
    /// - Throws: ``TrainingError/badOption(_:_:allowed:)`` for another name or seed, ``TensorError``.
    public func values(_ name: String = "loss", seed: UInt64? = nil) throws -> Tensor {
        let figure = try place(of: name)
        let places = seeds.indices.filter { seed == nil || seeds[$0] == seed }
        guard !places.isEmpty else {
            throw TrainingError.badOption(
                "seed", seed.map { "\($0)" } ?? "none",
                allowed: "one of " + seeds.map { "\($0)" }.joined(separator: ", "))
        }
        let means = try Tensor(repeating: .nan, shape: [subsets.count, targets.count])
        for subset in 0..<subsets.count {
            let found = places.compactMap { self[subset, $0]?[figure] }
            guard found.count == places.count else { continue }
            for target in 0..<targets.count {
                let sum = found.reduce(0.0) { $0 + Double($1[target]) }
                means.pointer[subset * targets.count + target] = Float(sum / Double(found.count))
            }
        }
        return means
    }
}

extension RetrainingFigures: CustomStringConvertible {
    /// One line, such as `Retraining: 50 subsets × 2 seeds, loss and MRR of 200 targets`.
    public var description: String {
        let part = isPartial ? ", \(finishedCount) of \(models.count) models done" : ""
        return "Retraining: \(subsets.count) subsets × \(seeds.count) seeds,"
            + " \(names.joined(separator: ", ")) of \(targets.count) targets\(part)"
    }
}
