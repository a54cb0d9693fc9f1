// The cheapest way to move one distribution onto another, blurred a little.

import CKernels
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Entropic optimal transport between two distributions, as Sinkhorn's rounds found it.
///
/// With weights a and b and costs C, the plan is P_ij = a_i·b_j·e^((f_i + g_j − C_ij) / ε).
public struct OptimalTransport: Sendable {
    /// ⟨P, C⟩: what the plan costs.
    public let cost: Double
    /// Σ a·f + Σ b·g, the dual objective.
    public let dual: Double
    /// f, one number for each source.
    public let sourcePotential: Tensor
    /// g, one number for each target.
    public let targetPotential: Tensor
    /// Rounds at the final ε.
    public let rounds: Int
    /// Σ of what is missing or too much at the targets, as a share of all.
    public let error: Double
    /// Whether ``error`` fell below the tolerance.
    public let hasConverged: Bool
}

/// How ``Tensor/optimalTransport(_:)`` goes about it.
public struct TransportOptions: Sendable {
    /// ε, in units of the cost.
    public var epsilon: Double
    /// The most rounds at the final ε.
    public var rounds: Int
    /// The error at which it stops.
    public var tolerance: Double
    /// Weights of the sources, in any unit; `nil` for equal ones.
    public var sourceWeights: [Double]?
    /// Weights of the targets, in any unit; `nil` for equal ones.
    public var targetWeights: [Double]?

    /// Creates options.
    public init(
        epsilon: Double, rounds: Int = 1000, tolerance: Double = 1e-3,
        sourceWeights: [Double]? = nil, targetWeights: [Double]? = nil
    ) {
        self.epsilon = epsilon
        self.rounds = rounds
        self.tolerance = tolerance
        self.sourceWeights = sourceWeights
        self.targetWeights = targetWeights
    }
}

extension Tensor {
    /// Transport of the sources, rows of this matrix of costs, to the targets, its columns.
    ///
    /// Rounds are done in the logarithmic domain, so that ε may be far below the costs, and ε falls
    /// by halves from the largest cost, which saves most of the rounds.
    ///
    /// Sources: M. Cuturi, NeurIPS 2013; B. Schmitzer, SIAM J. Sci. Comput. 41(3), 2019 (scaling).
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func optimalTransport(_ options: TransportOptions) throws -> OptimalTransport {
        try checkPoints("sinkhorn", with: self)
        guard count > 0 else {
            throw TensorError.rank(
                operation: "sinkhorn", expected: "a cost for each source and target", found: shape)
        }
        guard options.epsilon > 0, options.epsilon.isFinite else {
            throw TensorError.badValue(
                operation: "sinkhorn", "epsilon = \(options.epsilon) is not above 0.")
        }
        let source = try Self.marginal(options.sourceWeights, rowCount, "source")
        let target = try Self.marginal(options.targetWeights, columnCount, "target")
        let sinkhorn = Sinkhorn(
            cost: self, transposed: try transposed(), source: source, target: target)
        return try sinkhorn.run(options)
    }

    /// Weights that add up to 1.
    private static func marginal(
        _ weights: [Double]?, _ count: Int, _ side: String
    ) throws(TensorError) -> [Double] {
        let weights = weights ?? [Double](repeating: 1, count: count)
        guard weights.count == count else {
            throw .badValue(
                operation: "sinkhorn",
                "\(weights.count) weights for \(count) \(side)s. Give one for each.")
        }
        let total = weights.reduce(0, +)
        guard weights.allSatisfy({ $0 > 0 }), total.isFinite else {
            throw .badValue(
                operation: "sinkhorn",
                "a \(side) weight is not above 0, or not finite. Leave out what weighs nothing.")
        }
        return weights.map { $0 / total }
    }
}

/// Sinkhorn's rounds on one problem.
private struct Sinkhorn {
    let cost: Tensor
    let transposed: Tensor
    let source: [Double]
    let target: [Double]

    func run(_ options: TransportOptions) throws -> OptimalTransport {
        let (logSource, logTarget) = (source.map { log($0) }, target.map { log($0) })
        var f = [Double](repeating: 0, count: source.count)
        var g = [Double](repeating: 0, count: target.count)
        var epsilon = max(options.epsilon, try Double(cost.abs().maximum()))
        var rounds = 0
        var error = Double.infinity
        while true {
            try Interruption.check()
            let isFinal = epsilon <= options.epsilon
            let before = g
            f = softMinimum(cost, g, logTarget, epsilon)
            g = softMinimum(transposed, f, logSource, epsilon)
            if isFinal {
                rounds += 1
                // The new g fits the targets exactly; by how much it moved the old one did not.
                error = zip(zip(before, g), target).reduce(0) { sum, one in
                    let ((old, new), weight) = one
                    return sum + weight * abs(exp((old - new) / epsilon) - 1)
                }
                if error <= options.tolerance || rounds >= max(1, options.rounds) { break }
            } else {
                epsilon = max(options.epsilon, epsilon / 2)
            }
        }
        let costs = [Double](unsafeUninitializedCapacity: source.count) { out, filled in
            nj_transport_cost(
                source.count, target.count, cost.pointer, f, logSource, g, logTarget, epsilon,
                out.baseAddress)
            filled = source.count
        }
        withExtendedLifetime((cost, transposed)) {}
        let dual =
            zip(source, f).reduce(0) { $0 + $1.0 * $1.1 }
            + zip(target, g).reduce(0) { $0 + $1.0 * $1.1 }
        return OptimalTransport(
            cost: costs.reduce(0, +), dual: dual, sourcePotential: try Tensor(f.map(Float.init)),
            targetPotential: try Tensor(g.map(Float.init)), rounds: rounds, error: error,
            hasConverged: error <= options.tolerance)
    }

    private func softMinimum(
        _ cost: Tensor, _ potentials: [Double], _ logWeights: [Double], _ epsilon: Double
    ) -> [Double] {
        let (rows, columns) = (cost.rowCount, cost.columnCount)
        return [Double](unsafeUninitializedCapacity: rows) { out, filled in
            nonisolated(unsafe) let out = out.baseAddress
            Pieces.run(rows, elements: cost.count * 8) { piece in
                guard let out else { return }
                nj_soft_minimum(
                    piece.count, columns, cost.pointer + piece.lowerBound * columns, potentials,
                    logWeights, epsilon, out + piece.lowerBound)
            }
            filled = rows
        }
    }
}
