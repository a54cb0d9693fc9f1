// Influence functions with linear equations solved at every question: CG and LiSSA.

import NightjarRuntime
import NightjarTensor

/// Influence functions with all of the curvature of the selected parameters.
///
///     score(z, z′) = ∇ℓ(z)ᵀ (B + λI)⁻¹ ∇ℓ(z′)
///
/// at one moment. For each target an equation is solved by products with B alone; one solution serves
/// all training examples, so a total takes one solve for each set of targets, however large.
///
/// Source: P. Koh and P. Liang, *Understanding black-box predictions via influence functions*,
/// ICML 2017; see ``ConjugateGradient`` and ``LiSSA``.
public struct InverseCurvatureInfluence: GradientMethod {
    /// B.
    public enum Curvature: Sendable, Equatable {
        /// The Gauss–Newton matrix of a softmax, which is its Fisher matrix, by differences of scores:
        /// exact in the last layer, and elsewhere as nearly as the model is smooth.
        case gaussNewton
        /// The Fisher matrix of so many labels for each example that the model draws: an estimate of
        /// the Gauss–Newton matrix whose products share one pass over the examples.
        case fisher(samples: Int)
        /// The second moment of the gradients of the data's labels.
        case empiricalFisher
        /// The Hessian of the mean loss, by differences of gradients; it need not be positive.
        case hessian
    }

    /// How an equation is solved.
    public enum Solver: Sendable, Equatable {
        /// At most so many products, or until the relative residual is below the tolerance.
        case conjugateGradient(tolerance: Double = 1e-4, iterations: Int = 100)
        /// The series of ``LiSSA``; without a scale it is twice the largest eigenvalue of some batches.
        case lissa(
            scale: Double? = nil, depth: Int = 200, batch: Int = 64, repeats: Int = 1)
    }

    /// What decides the solutions.
    public struct Options: Sendable {
        /// B.
        public var curvature = Curvature.fisher(samples: 1)
        /// How an equation is solved.
        public var solver = Solver.conjugateGradient()
        /// λ; when `nil`, a tenth of the mean eigenvalue of B: for the Gauss–Newton matrix as one drawn
        /// label for each example gives it, for the Hessian that of the data's Fisher matrix.
        public var damping: Double?
        /// Training examples that B is estimated from; all when `nil`.
        public var examples: Int?
        /// Decides labels, batches and the choice of examples.
        public var seed: UInt64 = 1

        /// The usual choices.
        public init() {}
    }

    /// One moment at a rate of 1, with equations to be solved.
    public let scoring: GradientScoring

    /// Prepares the method for the examples that a model was trained on.
    ///
    /// - Throws: ``InfluenceError`` when there is nothing to work on.
    public init(
        snapshot: Snapshot, train: TileSource, options: Options = Options(),
        selection: ParameterSelection = .all, memoryBudget: Int = 2 << 30
    ) throws(InfluenceError) {
        scoring = GradientScoring(
            snapshots: [snapshot.atRate(1)], train: train, selection: selection,
            memoryBudget: memoryBudget,
            provenance: InfluenceProvenance(
                method: options.solver.name,
                settings: ["parameters = \(selection)", "curvature = \(options.curvature.name)"]
                    + options.solver.settings
                    + (options.examples.map { ["curvature of \(min($0, train.count)) examples"] }
                        ?? [])
                    + ["seed = \(options.seed)"],
                checkpoints: [snapshot.name]),
            map: GradientScoring.Map(
                keepsRows: false,
                cost: { Self.cost($0, options, examples: train.count) },
                make: { try InverseCurvature($0, options) }))
        try scoring.check()
    }

    /// What a solve takes.
    private static func cost(
        _ space: GradientSpace, _ options: Options, examples: Int
    ) -> (lines: [String], bytes: Int, flops: Double) {
        let count = Double(min(options.examples ?? examples, examples))
        // Differences take gradients on both sides, or scores, which cost half as much, for two steps.
        let sides: Double =
            switch options.curvature {
            case .hessian, .gaussNewton: 4
            case .fisher, .empiricalFisher: 1
            }
        let (products, gradients) =
            switch options.solver {
            case .conjugateGradient(_, let iterations):
                (iterations, sides * Double(iterations) * count)
            case .lissa(_, let depth, let batch, let repeats):
                (depth * repeats, sides * Double(depth * repeats * batch) + count)
            }
        let line = """
            a solve for each target, and for self one for each example: at most \(products) products, \
            gradients of \(Int(min(gradients, 1e15))) examples
            """
        return ([line], 5 * 4 * space.dimension, gradients * 10 * Double(space.dimension))
    }
}

/// (B + λI)⁻¹ at a moment, applied by solving.
private final class InverseCurvature: Preconditioner {
    private let moment: Moment
    private let options: InverseCurvatureInfluence.Options
    private let space: GradientSpace
    private let product: any CurvatureProduct
    private let examples: Int
    private let damping: Double
    /// The scale of a series; 0 for the other solver.
    private let scale: Double
    private let chosen: [String]
    private var worst = 0.0

    init(_ moment: Moment, _ options: InverseCurvatureInfluence.Options) throws {
        self.moment = moment
        self.options = options
        space = try moment.space()
        let labels: FisherLabels =
            switch options.curvature {
            case .gaussNewton: .sampled(1, seed: options.seed)
            case .fisher(let samples): .sampled(samples, seed: options.seed)
            case .empiricalFisher, .hessian: .empirical
            }
        let gradients = try FisherGradients(
            moment, labels: labels, seed: options.seed, examples: options.examples)
        examples = gradients.source.count
        product =
            switch options.curvature {
            case .hessian: DifferenceProduct(.hessian, moment, gradients.source, space)
            case .gaussNewton: try Self.gaussNewton(moment, gradients, space)
            case .fisher, .empiricalFisher: FisherProduct(gradients, space)
            }
        let meter = ProgressMeter(moment.progress)
        var chosen: [String] = []
        if let given = options.damping {
            damping = given
            chosen.append("damping = \(given)")
        } else {
            let mean = try CurvatureScale.meanEigenvalue(gradients, in: space) { examples in
                meter.count(
                    Double(examples), of: Double(gradients.count), "ex",
                    task: "\(moment.task), size of the curvature")
            }
            damping = Self.shareOfMean * mean
            let digits = NumberText.significant(damping, digits: 3)
            chosen.append("damping = \(digits), \(Self.shareOfMean) of the mean eigenvalue")
        }
        guard case .lissa(let scale, _, let batch, _) = options.solver else {
            (self.scale, self.chosen) = (0, chosen)
            return
        }
        if let scale {
            self.scale = scale
        } else {
            let largest = try CurvatureScale.largestEigenvalue(
                product, in: space, batch: batch, of: examples, seed: options.seed)
            // Without any curvature every scale is right.
            self.scale = largest + damping > 0 ? 2 * largest + damping : 1
            let digits = NumberText.significant(self.scale, digits: 3)
            chosen.append("scale = \(digits), twice the largest eigenvalue of some batches")
        }
        self.chosen = chosen
    }

    /// Products with the Gauss–Newton matrix; without a softmax over all items, or where a loss has
    /// other parts, with the second moment of gradients, whose notes tell of which labels.
    private static func gaussNewton(
        _ moment: Moment, _ gradients: FisherGradients, _ space: GradientSpace
    ) throws -> any CurvatureProduct {
        let product = DifferenceProduct(.gaussNewton, moment, gradients.source, space)
        guard gradients.hasSoftmax, try product.coversLoss() else {
            return FisherProduct(gradients, space)
        }
        return product
    }

    /// λ as a share of the mean eigenvalue, which is what K-FAC takes for each block.
    private static let shareOfMean = 0.1

    var notes: [String] {
        let residual = "relative residual at most \(NumberText.powers(worst, digits: 1))"
        return chosen + product.notes + [residual]
    }

    func apply(_ gradients: [GradientVector]) throws -> [GradientVector] {
        // Five vectors of the iteration for each equation, in a quarter of the budget.
        let room = moment.memoryBudget / 4 / max(1, 20 * space.dimension)
        let size = max(1, min(16, room))
        var solutions: [GradientVector] = []
        for first in stride(from: 0, to: gradients.count, by: size) {
            let some = gradients[first..<min(first + size, gradients.count)]
            let sides = try some.map { try DenseVector($0, in: space) }
            let found = try solve(
                sides, "\(first + 1) to \(first + some.count) of \(gradients.count)")
            worst = max(worst, found.residual)
            solutions += found.solutions.map(\.vector)
        }
        return solutions
    }

    func ownScores(_ factors: ExampleFactors) throws -> [Float]? { nil }

    private func solve(
        _ sides: [DenseVector], _ which: String
    ) throws -> (solutions: [DenseVector], residual: Double) {
        let meter = ProgressMeter(moment.progress)
        func report(_ step: Int, of all: Int) {
            meter.report { seconds in
                ProgressReport(
                    task: "\(moment.task), solving \(which)", done: Double(step),
                    total: Double(all),
                    unit: "products", rate: Double(step) / max(1e-9, seconds))
            }
        }
        switch options.solver {
        case .conjugateGradient(let tolerance, let iterations):
            let solver = ConjugateGradient(
                damping: damping, tolerance: tolerance, iterations: iterations)
            return try solver.solve(product, sides) { report($0, of: iterations) }
        case .lissa(_, let depth, let batch, let repeats):
            let solver = LiSSA(
                damping: damping, scale: scale, depth: depth, batch: batch, repeats: repeats,
                seed: options.seed)
            return try solver.solve(product, sides, examples: examples) {
                report($0, of: depth * repeats)
            }
        }
    }
}

extension InverseCurvatureInfluence.Curvature {
    /// The name in options.
    fileprivate var name: String {
        switch self {
        case .gaussNewton: "gauss_newton"
        case .fisher: "fisher"
        case .empiricalFisher: "empirical_fisher"
        case .hessian: "hessian"
        }
    }
}

extension InverseCurvatureInfluence.Solver {
    /// The name in the literature.
    fileprivate var name: String {
        switch self {
        case .conjugateGradient: "influence function (CG)"
        case .lissa: "influence function (LiSSA)"
        }
    }

    /// The settings as users write them.
    fileprivate var settings: [String] {
        switch self {
        case .conjugateGradient(let tolerance, let iterations):
            ["tolerance = \(tolerance)", "iterations = \(iterations)"]
        case .lissa(let scale, let depth, let batch, let repeats):
            (scale.map { ["scale = \($0)"] } ?? []) + [
                "depth = \(depth)", "batch = \(batch)", "repeats = \(repeats)",
            ]
        }
    }
}
