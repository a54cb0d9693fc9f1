// Which settings are worth a larger budget.

#if canImport(Glibc)
    import Glibc
#endif

/// Asynchronous successive halving: all settings get the smallest budget, and the best share of those
/// that were tried with a budget is tried with the next.
///
/// Budgets grow from the smallest r to the largest R by equal factors, in log(R/r) / log η steps,
/// rounded, at least one, and are rounded themselves. Of n settings tried with a budget the ⌊n/η⌋ best may go on.
///
/// Source: L. Li, K. Jamieson et al., *A system for massively parallel hyperparameter tuning*,
/// MLSys 2020, algorithm 2, where budgets are r·η^k and the largest need not be among them.
public struct SuccessiveHalving: Sendable, Equatable {
    /// The budgets, ascending, such as numbers of epochs.
    public let budgets: [Int]
    /// One of how many goes on.
    public let factor: Int

    /// Creates a schedule.
    ///
    /// - Throws: ``SearchError/badBudgets(from:to:factor:)``.
    public init(from least: Int, to most: Int, factor: Int = 3) throws(SearchError) {
        guard least >= 1, most > least, most <= 1 << 40, (2...1000).contains(factor) else {
            throw .badBudgets(from: least, to: most, factor: factor)
        }
        let ratio = Double(most) / Double(least)
        let steps = max(1, Int((log(ratio) / log(Double(factor))).rounded()))
        budgets = (0...steps).map { step in
            Int((Double(least) * pow(ratio, Double(step) / Double(steps))).rounded())
        }
        self.factor = factor
    }

    /// What goes on next, the largest budget first; `nil` when nothing may.
    ///
    /// - Parameter rungs: for each budget the trials that were tried with it and their losses, none for
    ///   a failed one.
    /// - Returns: a trial, and the number of the rung that it goes on from.
    func promotion(_ rungs: [[(trial: Int, loss: Double?)]]) -> (trial: Int, rung: Int)? {
        for rung in rungs.indices.dropLast().reversed() {
            let above = Set(rungs[rung + 1].map(\.trial))
            let best = rungs[rung].sorted { left, right in
                let (a, b) = (left.loss ?? .infinity, right.loss ?? .infinity)
                return a == b ? left.trial < right.trial : a < b
            }.prefix(rungs[rung].count / factor)
            if let next = best.first(where: { $0.loss != nil && !above.contains($0.trial) }) {
                return (next.trial, rung)
            }
        }
        return nil
    }
}

extension SuccessiveHalving: CustomStringConvertible {
    /// Such as `budgets 1, 3, 9, factor 3`.
    public var description: String {
        "budgets \(budgets.map { "\($0)" }.joined(separator: ", ")), factor \(factor)"
    }
}
