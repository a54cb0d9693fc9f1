import NightjarMetrics
import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Influence functions by solving")
struct InverseCurvatureTests {
    /// Softmax regression with its gradients, and the Fisher matrix, which is also its Hessian.
    private struct World {
        static let (count, classes) = (30, 4)
        let model: LinearSoftmax
        let labels: [Int]
        let gradients: [[Double]]
        let fisher: [[Double]]
        let empirical: [[Double]]

        init() throws {
            model = try LinearSoftmax(
                examples: Self.count + 3, features: 3, classes: Self.classes)
            var stream = RandomStream(seed: 4, "labels")
            labels = (0..<Self.count + 3).map { _ in stream.below(Self.classes) }
            var (rows, weights): ([[Double]], [Double]) = ([], [])
            for example in 0..<Self.count {
                for (label, probability) in try model.probabilities(example).enumerated() {
                    rows.append(try model.gradient(example, label: label))
                    weights.append(probability / Double(Self.count))
                }
            }
            fisher = Dense.secondMoment(rows, weights: weights)
            var gradients: [[Double]] = []
            for (example, label) in labels.enumerated() {
                gradients.append(try model.gradient(example, label: label))
            }
            self.gradients = gradients
            empirical = Dense.secondMoment(Array(gradients.prefix(Self.count)))
        }

        var train: TileSource { model.source(Array(0..<Self.count), labels: labels) }
        var targets: TileSource {
            model.source(
                Array(Self.count..<Self.count + 3),
                labels: Array(labels[Self.count..<Self.count + 3]))
        }

        func scores(_ matrix: [[Double]], damping: Double) -> [[Double]] {
            let solved = (0..<3).map {
                Dense.solve(matrix, damping: damping, gradients[Self.count + $0])
            }
            return (0..<Self.count).map { row in solved.map { Dense.dot(gradients[row], $0) } }
        }

        func method(
            _ curvature: InverseCurvatureInfluence.Curvature,
            _ solver: InverseCurvatureInfluence.Solver, damping: Double?
        ) throws -> InverseCurvatureInfluence {
            var options = InverseCurvatureInfluence.Options()
            (options.curvature, options.solver) = (curvature, solver)
            options.damping = damping
            return try InverseCurvatureInfluence(
                snapshot: model.snapshot, train: train, options: options)
        }
    }

    private func expectClose(_ found: [Float], _ expected: [[Double]], within part: Double) {
        let flat = expected.flatMap(\.self)
        let scale = flat.map { abs($0) }.max() ?? 1
        for (found, expected) in zip(found, flat) {
            #expect(abs(Double(found) - expected) < part * scale)
        }
    }

    @Test("conjugate gradients agree with a dense solve, in scores, totals and self-influence")
    func conjugateGradient() throws {
        let world = try World()
        let method = try world.method(
            .empiricalFisher, .conjugateGradient(tolerance: 1e-7, iterations: 100),
            damping: 0.05)
        let expected = world.scores(world.empirical, damping: 0.05)
        let found = try method.scores(world.targets)
        expectClose(found.scores.values, expected, within: 1e-4)
        #expect(found.provenance.settings.contains { $0.hasPrefix("relative residual at most") })
        let totals = try method.total(world.targets, weighting: .sum).values
        expectClose(totals, expected.map { [$0.reduce(0, +)] }, within: 1e-4)
        let own = (0..<World.count).map { row in
            let solved = Dense.solve(world.empirical, damping: 0.05, world.gradients[row])
            return [Dense.dot(world.gradients[row], solved)]
        }
        expectClose(try method.selfInfluence().values, own, within: 1e-4)
    }

    @Test("the Hessian by differences agrees with its closed form, and tells its error")
    func hessian() throws {
        let world = try World()
        let method = try world.method(
            .hessian, .conjugateGradient(tolerance: 1e-4, iterations: 60), damping: 0.1)
        let found = try method.scores(world.targets)
        expectClose(
            found.scores.values, world.scores(world.fisher, damping: 0.1), within: 5e-3)
        #expect(found.provenance.settings.contains { $0.contains("relative error of a product") })
        // The model is as it was.
        let weight = world.model.weight.value.values
        let fresh = try LinearSoftmax(
            examples: World.count + 3, features: 3, classes: World.classes)
        #expect(weight == fresh.weight.value.values)
    }

    @Test("the Gauss–Newton matrix agrees with its closed form, and many drawn labels approach it")
    func gaussNewton() throws {
        let world = try World()
        func scores(_ curvature: InverseCurvatureInfluence.Curvature) throws -> InfluenceMatrix {
            try world.method(
                curvature, .conjugateGradient(tolerance: 1e-5, iterations: 60), damping: 0.1
            ).scores(world.targets)
        }
        let expected = world.scores(world.fisher, damping: 0.1)
        let exact = try scores(.gaussNewton)
        expectClose(exact.scores.values, expected, within: 1e-4)
        #expect(
            exact.provenance.settings.contains {
                $0.hasPrefix("Gauss-Newton matrix by differences of scores, relative error")
            })
        expectClose(try scores(.fisher(samples: 300)).scores.values, expected, within: 0.1)
    }

    @Test(
        "the Gauss–Newton matrix is the second moment over all labels by their probabilities",
        arguments: [
            (SequenceRecommender.Representation.pooling, false), (.lstm, false), (.mixture, false),
            (.sasrec, false), (.gru, true), (.lstm, true),
        ])
    func allLabels(_ representation: SequenceRecommender.Representation, whole: Bool) throws {
        let world = try SequenceWorld(representation)
        let train = whole ? world.source(0..<8) : world.lastItems(0..<8)
        // What each row that is predicted has before it.
        let histories = (0..<8).flatMap { row -> [[Int32]] in
            let items = world.rows[row]
            guard whole else { return [items.dropLast()] }
            let first = items.firstIndex { $0 > 0 } ?? 0
            return (first..<items.count).map { end in
                [Int32](repeating: 0, count: items.count - end) + items[..<end]
            }
        }
        let names = world.model.parameters.map(\.name).sorted()
        func gradient(_ history: [Int32], _ target: Int32) throws -> (
            values: [Double], loss: Double
        ) {
            let sum = GradientSum()
            let tape = Tape(sum)
            let batch = try Batch(histories: history, targets: [target])
            let loss = try world.model.loss(batch, scales: [1], on: tape)
            try tape.backward(from: loss.total)
            let parameters = names.compactMap { name in
                world.model.parameters.first { $0.name == name }
            }
            let values = try parameters.flatMap { parameter in
                try sum[parameter]?.dense(like: parameter.value).values.map(Double.init)
                    ?? [Double](repeating: 0, count: parameter.value.count)
            }
            return (values, Double(loss.perExample.values[0]))
        }
        var gradients: [[Double]] = []
        for history in histories {
            for item in 1...Int32(SequenceWorld.items) {
                let (values, loss) = try gradient(history, item)
                let weight = exp(-loss / 2) / (8.0).squareRoot()
                gradients.append(values.map { $0 * weight })
            }
        }
        // (λI + GᵀG)⁻¹v = (v − Gᵀ(λI + GGᵀ)⁻¹Gv) / λ.
        let gram = gradients.map { left in gradients.map { Dense.dot(left, $0) } }
        var options = InverseCurvatureInfluence.Options()
        options.curvature = .gaussNewton
        options.solver = .conjugateGradient(tolerance: 1e-6, iterations: 100)
        options.damping = 0.2
        let found = try InverseCurvatureInfluence(
            snapshot: world.snapshot, train: train, options: options
        ).scores(world.lastItems(20..<22)).scores.values
        let own = try (0..<8).map { row in
            let sequence = try world.gradient(row)
            return try whole
                ? names.flatMap { sequence[$0] ?? [] }
                : gradient(world.rows[row].dropLast(), world.rows[row].last ?? 1).values
        }
        var (expected, largest) = ([Double](), 0.0)
        let targets = try (20..<22).map {
            try gradient(world.rows[$0].dropLast(), world.rows[$0].last ?? 1).values
        }
        let solutions = targets.map { target in
            let along = gradients.map { Dense.dot($0, target) }
            return (target, Dense.solve(gram, damping: 0.2, along))
        }
        for own in own {
            let along = gradients.map { Dense.dot($0, own) }
            for (target, solved) in solutions {
                let value = (Dense.dot(own, target) - Dense.dot(along, solved)) / 0.2
                expected.append(value)
                largest = max(largest, abs(value))
            }
        }
        // Steps cross kinks of ReLU units, which are in attention's layers.
        let tolerance = representation == .sasrec ? 2e-2 : 1e-3
        for (found, expected) in zip(found, expected) {
            #expect(abs(Double(found) - expected) < tolerance * largest)
        }
    }

    @Test("plan for the gradients that their products take")
    func plans() throws {
        let world = try World()
        func flops(_ curvature: InverseCurvatureInfluence.Curvature) throws -> Double {
            let plan = try world.method(curvature, .conjugateGradient(), damping: 0.1)
                .plan(world.targets)
            #expect(plan.description(at: 1e9).contains(", about "))
            return plan.flops
        }
        #expect(try flops(.hessian) > 2 * flops(.empiricalFisher))
        #expect(try flops(.gaussNewton) == flops(.hessian))
        #expect(try flops(.fisher(samples: 1)) == flops(.empiricalFisher))
    }

    @Test("take the second moment of gradients where a loss is more than a softmax")
    func mixedLoss() throws {
        let world = try World()
        let model = PenalisedSoftmax(world.model)
        nonisolated(unsafe) let shared = model
        func scores(_ curvature: InverseCurvatureInfluence.Curvature) throws -> InfluenceMatrix {
            var options = InverseCurvatureInfluence.Options()
            (options.curvature, options.damping) = (curvature, 0.1)
            return try InverseCurvatureInfluence(
                snapshot: Snapshot(name: "now", learningRate: 1) { shared }, train: world.train,
                options: options
            ).scores(world.targets)
        }
        #expect(
            try scores(.gaussNewton).scores.values == scores(.fisher(samples: 1)).scores.values)
    }

    @Test("without a softmax over all items, the labels are those of the data")
    func sampledLoss() throws {
        let world = try SequenceWorld(.gru, loss: .bce)
        func settings(_ curvature: InverseCurvatureInfluence.Curvature) throws -> InfluenceMatrix {
            var options = InverseCurvatureInfluence.Options()
            (options.curvature, options.damping) = (curvature, 0.5)
            return try InverseCurvatureInfluence(
                snapshot: world.snapshot, train: world.source(0..<6), options: options
            ).scores(world.source(6..<8))
        }
        let found = try settings(.gaussNewton)
        #expect(found.scores.values == (try settings(.empiricalFisher)).scores.values)
        #expect(
            found.provenance.settings.contains(
                "labels = empirical, as the loss is no softmax over all items"))
    }

    @Test("LiSSA agrees with a dense solve when it runs long")
    func lissa() throws {
        let world = try World()
        let method = try world.method(
            .empiricalFisher,
            .lissa(scale: 10, depth: 500, batch: 30, repeats: 4), damping: 0.2)
        let found = try method.scores(world.targets)
        expectClose(
            found.scores.values, world.scores(world.empirical, damping: 0.2), within: 0.1)
        #expect(found.provenance.method == "influence function (LiSSA)")
    }

    @Test("LiSSA is exact where every batch has the curvature of all examples")
    func exactSeries() throws {
        let world = try World()
        var options = InverseCurvatureInfluence.Options()
        (options.curvature, options.damping) = (.empiricalFisher, 0.5)
        options.solver = .lissa(depth: 100, batch: 3)
        let labels = [Int](repeating: world.labels[0], count: 4)
        let copies = world.model.source([0, 0, 0, 0], labels: labels)
        let found = try InverseCurvatureInfluence(
            snapshot: world.model.snapshot, train: copies, options: options
        ).scores(world.targets)
        let matrix = Dense.secondMoment([world.gradients[0]])
        let expected = (0..<3).map { target in
            let solved = Dense.solve(matrix, damping: 0.5, world.gradients[World.count + target])
            return Dense.dot(world.gradients[0], solved)
        }
        expectClose(
            found.scores.values, [[Double]](repeating: expected, count: 4), within: 1e-5)
    }

    @Test("without settings, both are near the dense solve with a tenth of the mean eigenvalue")
    func defaults() throws {
        let world = try World()
        let trace = world.empirical.indices.reduce(0) { $0 + world.empirical[$1][$1] }
        let damping = 0.1 * trace / Double(world.empirical.count)
        let expected = world.scores(world.empirical, damping: damping)
        let solved = try world.method(.empiricalFisher, .conjugateGradient(), damping: nil)
            .scores(world.targets)
        expectClose(solved.scores.values, expected, within: 1e-3)
        #expect(
            solved.provenance.settings.contains {
                $0.hasPrefix("damping = ") && $0.hasSuffix("0.1 of the mean eigenvalue")
            })
        let series = try world.method(
            .empiricalFisher, .lissa(depth: 2000, batch: 30, repeats: 4), damping: nil
        )
        .scores(world.targets)
        let gradients = (0..<World.count).flatMap { row in
            (0..<3).map { Dense.dot(world.gradients[row], world.gradients[World.count + $0]) }
        }
        func rank(_ other: [Double]) throws -> Double {
            try Correlation.spearman(series.scores.values.map(Double.init), other)
        }
        #expect(try rank(expected.flatMap(\.self)) > 0.95)
        #expect(try rank(expected.flatMap(\.self)) > rank(gradients))
        #expect(series.provenance.settings.contains { $0.hasPrefix("scale = ") })
    }

    @Test("a series that diverges is refused with what to do")
    func diverged() throws {
        let world = try World()
        let method = try world.method(
            .empiricalFisher, .lissa(scale: 0.05, depth: 500, batch: 8, repeats: 1),
            damping: 5e-5)
        let error = #expect(throws: InfluenceError.self) {
            try method.total(world.targets)
        }
        #expect(error == .seriesDiverged(scale: 0.05))
        #expect(error?.description.contains("Raise the scale") == true)
    }

    @Test(
        "agree with a dense solve for every kind of parameter",
        arguments: [
            SequenceRecommender.Representation.pooling, .gru, .cnn, .sasrec,
        ])
    func sequences(_ representation: SequenceRecommender.Representation) throws {
        let world = try SequenceWorld(representation, ownOutput: representation != .pooling)
        var options = InverseCurvatureInfluence.Options()
        options.curvature = .empiricalFisher
        options.solver = .conjugateGradient(tolerance: 1e-6, iterations: 60)
        options.damping = 0.5
        let method = try InverseCurvatureInfluence(
            snapshot: world.snapshot, train: world.source(0..<20), options: options)
        let names = try world.gradient(0).keys.sorted()
        let gradients = try world.rows.indices.map { row in
            let gradient = try world.gradient(row)
            return names.flatMap { gradient[$0] ?? [] }
        }
        // (λI + GᵀG/n)⁻¹v = (v − Gᵀ(nλI + GGᵀ)⁻¹Gv) / λ, with a system of 20 unknowns.
        let train = Array(gradients.prefix(20))
        let gram = train.map { left in train.map { Dense.dot(left, $0) } }
        let scores = try method.scores(world.source(20..<24)).scores.values
        let scale = (0..<20).map { gram[$0][$0] }.max() ?? 1
        for target in 20..<24 {
            let along = train.map { Dense.dot($0, gradients[target]) }
            let solved = Dense.solve(gram, damping: 20 * 0.5, along)
            for row in 0..<20 {
                let expected = (along[row] - Dense.dot(gram[row], solved)) / 0.5
                let found = Double(scores[row * 4 + target - 20])
                #expect(abs(found - expected) < 1e-4 * scale)
            }
        }
    }
}

/// Softmax regression whose examples' losses have the mean of their scores as a part.
private final class PenalisedSoftmax: NextItemModel {
    private let base: LinearSoftmax

    init(_ base: LinearSoftmax) { self.base = base }

    var configuration: ModelConfiguration { ModelConfiguration(kind: "penalised", sizes: [:]) }
    var parameters: [Parameter] { base.parameters }
    var classCount: Int { base.classCount }

    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss {
        let rows = try tape.constant(base.features.gatheringRows(batch.ids))
        let scores = try tape.linear(rows, base.weight, bias: base.bias)
        let losses = try tape.add(
            tape.crossEntropy(scores, batch.targets), tape.mean(scores, axis: 1))
        return try tape.batchLoss(losses, scales: scales)
    }

    func scores(_ batch: Batch) throws -> Tensor { try base.scores(batch) }
}
