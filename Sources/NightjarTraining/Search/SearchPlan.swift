// What a search does next, from what it did so far.

import NightjarRuntime

/// The choices that make a search what it is.
public struct SearchSetup: Sendable, Equatable {
    /// What is chosen from.
    public var space: SearchSpace
    /// How settings are proposed.
    public var method: SearchMethod
    /// Which values are better.
    public var goal: SearchGoal
    /// How budgets grow; `nil` when every trial gets all.
    public var halving: SuccessiveHalving?
    /// Settings that TPE draws from the space before it learns.
    public var startup: Int
    /// Seed of all draws.
    public var seed: UInt64

    /// Creates a setup.
    public init(
        space: SearchSpace, method: SearchMethod = .tpe, goal: SearchGoal = .maximize,
        halving: SuccessiveHalving? = nil, startup: Int = 20, seed: UInt64 = 1
    ) {
        self.space = space
        self.method = method
        self.goal = goal
        self.halving = halving
        self.startup = startup
        self.seed = seed
    }

    /// Everything that the proposals follow from, as text.
    var canonicalText: String {
        "\(space)\nmethod \(method.rawValue)\(method == .tpe ? " startup \(startup)" : "")"
            + "\ngoal \(goal.rawValue)\nhalving \(halving.map { "\($0)" } ?? "none")\nseed \(seed)"
    }
}

/// A search as a chain of evaluations: what comes next follows from the setup and from the values so
/// far, and from nothing else, so that a search that was stopped goes on as if it never had been.
public struct SearchPlan: Sendable, Equatable {
    /// One evaluation of the objective.
    public struct Evaluation: Sendable, Equatable {
        /// Number of the trial, from 1.
        public let trial: Int
        /// Which budget, from 0.
        public let rung: Int
        /// The values of the parameters, in the order of the space.
        public let setting: [SearchValue]
    }

    /// A setting and what came of it.
    public struct Trial: Sendable, Equatable {
        /// Its number, from 1.
        public let number: Int
        /// The values of the parameters, in the order of the space.
        public let setting: [SearchValue]
        /// The value with each budget that it was given; none where it failed.
        public fileprivate(set) var values: [Double?] = []

        /// The value with the largest budget; `nil` for a trial that failed.
        public var value: Double? { values.last ?? nil }
    }

    /// The setup.
    public let setup: SearchSetup
    /// The trials that have been evaluated, by number.
    public private(set) var trials: [Trial] = []

    /// Creates a search that has done nothing.
    public init(_ setup: SearchSetup) { self.setup = setup }

    /// What to evaluate next; `nil` when as many trials as given are done and none is to go on.
    public func next(of count: Int) -> Evaluation? {
        if let halving = setup.halving, let (number, rung) = halving.promotion(rungs(halving)),
            let trial = trials.first(where: { $0.number == number })
        {
            return Evaluation(trial: number, rung: rung + 1, setting: trial.setting)
        }
        guard trials.count < count else { return nil }
        let number = (trials.map(\.number).max() ?? 0) + 1
        let stream = RandomStream(seed: setup.seed, "search").split("trial \(number)")
        let setting =
            switch setup.method {
            case .random: setup.space.draw(stream)
            case .tpe:
                TreeParzen(startup: setup.startup)
                    .propose(in: setup.space, after: observations, stream)
            }
        return Evaluation(trial: number, rung: 0, setting: setting)
    }

    /// Takes what came of an evaluation; a value that is no finite number is a failure.
    public mutating func record(_ value: Double?, for evaluation: Evaluation) {
        let value = value.flatMap { $0.isFinite ? $0 : nil }
        if let place = trials.firstIndex(where: { $0.number == evaluation.trial }) {
            guard trials[place].values.count == evaluation.rung else { return }
            trials[place].values.append(value)
        } else if evaluation.rung == 0 {
            trials.append(
                Trial(number: evaluation.trial, setting: evaluation.setting, values: [value]))
        }
    }

    /// The best trial: the best value among those that got the largest budget.
    ///
    /// Values with different budgets are not compared.
    public var best: Trial? { ranked.first }

    /// The trials that have a value: those with the largest budget first, of those the best, and of
    /// equal ones the earliest.
    public var ranked: [Trial] {
        trials.filter { $0.value != nil }.sorted { left, right in
            if left.values.count != right.values.count {
                return left.values.count > right.values.count
            }
            let (a, b) = (
                setup.goal.loss(left.value ?? .nan), setup.goal.loss(right.value ?? .nan)
            )
            return a == b ? left.number < right.number : a < b
        }
    }

    private func rungs(_ halving: SuccessiveHalving) -> [[(trial: Int, loss: Double?)]] {
        halving.budgets.indices.map { rung in
            trials.filter { $0.values.count > rung }.map { trial in
                (trial.number, trial.values[rung].map(setup.goal.loss))
            }
        }
    }

    /// What TPE learns from: the values with the largest budget that has enough of them.
    ///
    /// Source: S. Falkner, A. Klein and F. Hutter, *BOHB*, ICML 2018.
    private var observations: [Observation] {
        let largest = trials.map(\.values.count).max() ?? 0
        for rung in stride(from: largest - 1, through: 0, by: -1) {
            let tried = trials.filter { $0.values.count > rung }
            guard rung == 0 || tried.count(where: { $0.values[rung] != nil }) >= setup.startup
            else { continue }
            return tried.map {
                Observation(setting: $0.setting, loss: $0.values[rung].map(setup.goal.loss))
            }
        }
        return []
    }
}
