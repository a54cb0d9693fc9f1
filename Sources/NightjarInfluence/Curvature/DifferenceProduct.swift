// Products with curvature by moving the parameters a little to both sides.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Products with a curvature B of the mean loss L that is found by central differences.
///
/// D(ε) is an estimate of Bv from the parameters w + εv and w − εv whose error is of order ε²;
///
///     Bv ≈ (4·D(ε/2) − D(ε)) / 3
///
/// (Richardson's form) has one of order ε⁴. Single precision bounds how small ε may be, so the first
/// product for which some ε does well, at most the fourth, tries several and keeps the one for which
/// D(ε/2) and the result differ least; the largest such difference of all products is reported.
final class DifferenceProduct: CurvatureProduct {
    /// What is differenced.
    enum Kind {
        /// The gradient: B is the Hessian, D(ε) = [∇L(w + εv) − ∇L(w − εv)] / 2ε.
        case hessian
        /// The scores z of a softmax: B is the Gauss–Newton matrix E[Jᵀ(diag(p) − ppᵀ)J], and
        /// D(ε) = E[Jᵀ(diag(p) − ppᵀ)t] with t = [z(w + εv) − z(w − εv)] / 2ε. Where z is linear in
        /// the parameters, as in those of the last layer, t is exact but for rounding, and once that
        /// is seen D(ε) is taken as it is. Steps that cross a kink, as ReLU units have, leave errors of
        /// some per cent, which differ from vector to vector.
        case gaussNewton
    }

    private let kind: Kind
    private let moment: Moment
    private let source: TileSource
    private let space: GradientSpace
    /// Length of ε·v; `nil` until a product has chosen it.
    private var step: Double?
    private var worst = 0.0
    /// Whether the product that chose the step found no error but rounding.
    private var isLinear = false
    /// Products that were made before a step was chosen.
    private var trials = 0

    /// Relative errors below it are rounding.
    private static let rounding = 1e-5
    /// A relative error from which on another vector may find a better step.
    private static let suspicious = 0.05
    private static let mostTrials = 4
    /// Lengths of a step that are tried.
    private static let steps = [0.3, 0.1, 0.03, 0.01, 0.003]

    init(_ kind: Kind, _ moment: Moment, _ source: TileSource, _ space: GradientSpace) {
        self.kind = kind
        self.moment = moment
        self.source = source
        self.space = space
    }

    var checkpoint: String { moment.snapshot.name }
    var notes: [String] {
        let error = NumberText.powers(worst, digits: 1)
        let what =
            switch kind {
            case .hessian: "Hessian by differences of gradients"
            case .gaussNewton: "Gauss-Newton matrix by differences of scores"
            }
        let which = isLinear ? "of the first products, which is rounding," : "of a product at most"
        return ["\(what), relative error \(which) \(error)"]
    }

    func apply(_ vectors: [DenseVector]) throws -> [DenseVector] {
        try vectors.map { try product($0, source) }
    }

    func apply(
        _ vectors: [DenseVector], to batch: [Int], draw: String
    ) throws -> [DenseVector] {
        let examples = source.choosing(batch)
        return try vectors.map { try product($0, examples) }
    }

    private func product(_ vector: DenseVector, _ examples: TileSource) throws -> DenseVector {
        let length = vector.length
        guard length > 0 else { return try vector.copy() }
        if isLinear, let step { return try difference(vector, length, step, examples) }
        var best: (product: DenseVector, error: Double, step: Double)?
        for step in step.map({ [$0] }) ?? Self.steps {
            let coarse = try difference(vector, length, step, examples)
            let fine = try difference(vector, length, step / 2, examples)
            // (4·fine − coarse) / 3 = fine + (fine − coarse) / 3.
            let correction = try fine.copy()
            correction.add(coarse, times: -1)
            correction.multiply(by: 1.0 / 3)
            fine.add(correction, times: 1)
            let size = fine.length
            let error = size > 0 ? correction.length / size : 0
            if error < best?.error ?? .infinity { best = (fine, error, step) }
        }
        guard let best else {
            throw InfluenceError.notFinite(
                checkpoint: moment.snapshot.name, of: "the mean loss near the checkpoint")
        }
        // A product of which rounding leaves little tells little of steps: the next ones do.
        trials += 1
        if step == nil, best.product.length > 0,
            best.error < Self.suspicious || trials >= Self.mostTrials
        {
            // What is not linear shows most at the longest step.
            isLinear =
                kind == .gaussNewton && best.error < Self.rounding && best.step == Self.steps.first
            step = best.step
        }
        worst = max(worst, best.error)
        return best.product
    }

    /// D(ε) for one vector of some length, with ε·v as long as a step.
    private func difference(
        _ vector: DenseVector, _ length: Double, _ step: Double, _ examples: TileSource
    ) throws -> DenseVector {
        let direction = try space.tensors(vector.vector)
        let epsilon = step / length
        // Along v / |v| first: factors as long as v could exceed single precision.
        let product: DenseVector
        switch kind {
        case .hessian:
            product = try moved(along: direction, by: epsilon) { try gradient(examples) }
            let behind = try moved(along: direction, by: -epsilon) { try gradient(examples) }
            product.add(behind, times: -1)
            product.multiply(by: 1 / (2 * step))
        case .gaussNewton:
            product = try gradient(examples) { tile in
                let tangents = OutputTangents()
                for sign in [1.0, -1] {
                    tangents.count(times: Float(sign / (2 * step)))
                    try moved(along: direction, by: sign * epsilon) {
                        try count(examples, tile, tangents)
                    }
                }
                tangents.multiply()
                return tangents
            }
        }
        product.multiply(by: length)
        return product
    }

    /// Counts the scores of a tile's losses among tangents.
    private func count(
        _ examples: TileSource, _ tile: Range<Int>, _ tangents: OutputTangents
    ) throws {
        let tape = Tape()
        tape.outputTangents = tangents
        let scales = [Float](repeating: 1, count: tile.count)
        _ = try moment.model.loss(
            examples.batch(tile, for: moment.model), scales: scales, on: tape)
    }

    /// Whether the loss is made of cross-entropies over all items alone, so that without tangents
    /// nothing is left of its gradient.
    func coversLoss() throws -> Bool {
        let some = source.choosing(Array(0..<min(8, source.count)))
        let rest = try gradient(some) { tile in
            let tangents = OutputTangents()
            tangents.count(times: 0)
            try count(some, tile, tangents)
            tangents.multiply()
            return tangents
        }
        return rest.length == 0
    }

    /// ∇L over some examples, or with tangents of each tile the product of its curvature with them.
    private func gradient(
        _ examples: TileSource, tangents: (Range<Int>) throws -> OutputTangents? = { _ in nil }
    ) throws -> DenseVector {
        let sum = try examples.gradientSum(
            of: moment.model, moment.parameters, weights: { _ in 1 / Float(examples.count) },
            tile: tileSize(examples), tangents: tangents
        ) { _ in try Interruption.check() }
        return try DenseVector(space.vector(sum), in: space)
    }

    /// Examples that go through the model together: their scores and tangents exist at a time.
    private func tileSize(_ examples: TileSource) throws -> Int {
        guard kind == .gaussNewton, examples.count > 0 else { return GradientScoring.pairTileSize }
        let rows = try max(1, examples.batch(0..<1, for: moment.model).targets.count)
        let bytes = 16 * moment.model.classCount * rows
        return max(1, min(GradientScoring.tileSize, moment.memoryBudget / 4 / bytes))
    }

    /// Calls `body` with the parameters moved; they are put back, whatever happens.
    private func moved<Result>(
        along direction: [ObjectIdentifier: Tensor], by epsilon: Double, _ body: () throws -> Result
    ) throws -> Result {
        let before = try moment.parameters.map { try $0.value.copy() }
        defer {
            for (parameter, value) in zip(moment.parameters, before) {
                parameter.value.withUnsafeValues { own in
                    value.withUnsafeValues { _ = own.update(fromContentsOf: $0) }
                }
            }
        }
        for parameter in moment.parameters {
            guard let own = direction[ObjectIdentifier(parameter)] else { continue }
            parameter.value.addScaled(own, Float(epsilon))
        }
        return try body()
    }
}
