import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("K-FAC and EK-FAC")
struct KroneckerInfluenceTests {
    private func options(
        _ form: KroneckerInfluence.Form, damping: Double? = nil,
        labels: FisherLabels = .empirical, sideLimit: Int = 4096
    ) -> KroneckerInfluence.Options {
        var options = KroneckerInfluence.Options()
        (options.form, options.damping) = (form, damping)
        (options.labels, options.sideLimit) = (labels, sideLimit)
        return options
    }

    private func moment(_ snapshot: Snapshot, _ train: TileSource) throws -> Moment {
        let model = try snapshot.model()
        return Moment(
            snapshot: snapshot, model: model,
            parameters: try ParameterSelection.all.parameters(of: model), train: train,
            memoryBudget: 1 << 30, task: "test", progress: nil)
    }

    /// With one example repeated B = ggᵀ has Kronecker structure, and
    /// (ggᵀ + λI)⁻¹v = v/λ − g·(gᵀv) / (λ(λ + ‖g‖²)).
    @Test(
        "are exact where curvature has Kronecker structure",
        arguments: [KroneckerInfluence.Form.kfac, .ekfac])
    func repeated(_ form: KroneckerInfluence.Form) throws {
        let model = try LinearSoftmax(examples: 4, features: 5, classes: 6)
        let train = model.source([1, 1, 1, 1, 1], labels: [2, 2, 2, 2, 2])
        let targets = model.source([0, 2, 3], labels: [2, 1, 5])
        let lambda = 0.3
        let method = try KroneckerInfluence(
            snapshot: model.snapshot, train: train, options: options(form, damping: lambda))
        let g = try model.gradient(1, label: 2)
        let squared = Dense.dot(g, g)
        let others = try zip([0, 2, 3], [2, 1, 5]).map { try model.gradient($0, label: $1) }
        let scores = try method.scores(targets).scores.values
        for (column, other) in others.enumerated() {
            let expected = Dense.dot(g, other) / (lambda + squared)
            // What g does not see cancels in single precision, against its own size.
            let size = (squared * Dense.dot(other, other)).squareRoot() / lambda
            #expect(abs(Double(scores[column]) - expected) <= 1e-6 * size)
        }
        let own = squared / (lambda + squared)
        #expect(try abs(Double(method.selfInfluence().values[0]) - own) <= 1e-6 * own)

        let moment = try moment(model.snapshot, train)
        let inverse = try KroneckerInfluence.inverse(at: moment, options(form, damping: lambda))
        let space = try moment.space()
        let gradient = try WholeGradients(moment.factors(targets, 1..<2)).vector(of: 0)
        let mapped = try inverse.apply([gradient])[0].parts[0].matrix(space.blocks[0]).values
        let along = Dense.dot(g, others[1]) / (lambda * (lambda + squared))
        for (place, value) in mapped.enumerated() {
            let expected = others[1][place] / lambda - g[place] * along
            #expect(abs(Double(value) - expected) <= 3e-6 * max(abs(expected), 1))
        }
    }

    @Test(
        "equal their formulas in double precision",
        arguments: [KroneckerInfluence.Form.kfac, .ekfac])
    func formula(_ form: KroneckerInfluence.Form) throws {
        let (count, classes, lambda) = (40, 5, 0.05)
        let model = try LinearSoftmax(examples: count + 3, features: 4, classes: classes)
        var stream = RandomStream(seed: 6, "labels")
        let labels = (0..<count + 3).map { _ in stream.below(classes) }
        let inputs = try (0..<count + 3).map { try model.joined($0) }
        let deltas = try (0..<count + 3).map { example in
            var delta = try model.probabilities(example)
            delta[labels[example]] -= 1
            return delta
        }
        let a = Dense.secondMoment(Array(inputs.prefix(count)))
        let s = Dense.secondMoment(Array(deltas.prefix(count)))
        let (ofInputs, ofDeltas) = (Dense.eigenvectors(a), Dense.eigenvectors(s))
        func value(_ matrix: [[Double]], _ vector: [Double]) -> Double {
            Dense.dot(vector, matrix.map { Dense.dot($0, vector) })
        }
        let rotated: [[Double]] = (0..<count + 3).map { example in
            ofDeltas.flatMap { row in
                let delta = Dense.dot(row, deltas[example])
                return ofInputs.map { delta * Dense.dot($0, inputs[example]) }
            }
        }
        var eigenvalues: [Double] = ofDeltas.flatMap { row in
            ofInputs.map { value(s, row) * value(a, $0) }
        }
        if form == .ekfac {
            for place in eigenvalues.indices {
                let column = rotated.prefix(count).map { $0[place] }
                eigenvalues[place] = Dense.dot(column, column) / Double(count)
            }
        }
        let found = try KroneckerInfluence(
            snapshot: model.snapshot, train: model.source(Array(0..<count), labels: labels),
            options: options(form, damping: lambda)
        ).scores(model.source(Array(count..<count + 3), labels: Array(labels[count...])))
        let inverse = eigenvalues.map { 1 / ($0 + lambda) }
        var expected: [Double] = []
        for example in 0..<count {
            for target in count..<count + 3 {
                let mapped = zip(rotated[target], inverse).map { $0 * $1 }
                expected.append(Dense.dot(rotated[example], mapped))
            }
        }
        let scale = expected.map { abs($0) }.max() ?? 1
        for (found, expected) in zip(found.scores.values, expected) {
            #expect(abs(Double(found) - expected) < 1e-4 * scale)
        }
    }

    /// The Fisher matrix in closed form is the mean of zzᵀ ⊗ (diag p − ppᵀ), which is nearly a Kronecker
    /// product where weights are small; with weights of size 1 the mean falls to 0.75.
    @Test(
        "rank like the exact inverse of the true Fisher matrix of a small linear softmax",
        arguments: [KroneckerInfluence.Form.kfac, .ekfac])
    func exactInverse(_ form: KroneckerInfluence.Form) throws {
        let (count, classes) = (60, 5)
        var agreements: [Double] = []
        var plainAgreements: [Double] = []
        for seed in UInt64(1)...8 {
            let model = try LinearSoftmax(
                examples: count + 4, features: 4, classes: classes, deviation: 0.1, seed: seed)
            var stream = RandomStream(seed: seed, "labels")
            let labels = (0..<count + 4).map { _ in stream.below(classes) }
            let train = model.source(Array(0..<count), labels: labels)
            let targets = model.source(
                Array(count..<count + 4), labels: Array(labels[count..<count + 4]))
            var rows: [[Double]] = []
            var weights: [Double] = []
            for example in 0..<count {
                for (label, probability) in try model.probabilities(example).enumerated() {
                    rows.append(try model.gradient(example, label: label))
                    weights.append(probability / Double(count))
                }
            }
            let fisher = Dense.secondMoment(rows, weights: weights)
            let mean = fisher.indices.reduce(0) { $0 + fisher[$1][$1] } / Double(fisher.count)
            let gradients = try (0..<count).map { try model.gradient($0, label: labels[$0]) }
            let scores = try KroneckerInfluence(
                snapshot: model.snapshot, train: train,
                options: options(form, labels: .sampled(50, seed: 3))
            ).scores(targets).scores.values
            for target in 0..<4 {
                let own = try model.gradient(count + target, label: labels[count + target])
                let solved = Dense.solve(fisher, damping: 0.1 * mean, own)
                let expected = gradients.map { Dense.dot($0, solved) }
                let found = (0..<count).map { Double(scores[$0 * 4 + target]) }
                agreements.append(Dense.spearman(found, expected))
                plainAgreements.append(
                    Dense.spearman(gradients.map { Dense.dot($0, own) }, expected))
            }
        }
        let agreement = agreements.reduce(0, +) / Double(agreements.count)
        let plain = plainAgreements.reduce(0, +) / Double(plainAgreements.count)
        #expect(agreement > 0.95)
        #expect(agreement > plain)
    }

    /// Turning coordinates keeps lengths: the eigenvalues of all blocks add up to E‖g‖².
    @Test(
        "EK-FAC's eigenvalues add up to the mean squared length of gradients",
        arguments: SequenceRecommender.Representation.allCases, [false, true])
    func trace(_ representation: SequenceRecommender.Representation, ownOutput: Bool) throws {
        let world = try SequenceWorld(representation, ownOutput: ownOutput)
        let moment = try moment(world.snapshot, world.source(0..<20))
        let inverse = try KroneckerInfluence.inverse(
            at: moment, options(.ekfac, damping: 1))
        let trace = inverse.blocks.reduce(0.0) { sum, block in
            block.weights.values.reduce(sum) { $0 + 1 / Double($1) - 1 }
        }
        let squares = try (0..<20).reduce(0.0) { sum, row in
            try world.gradient(row).reduce(sum) { $0 + Dense.dot($1.value, $1.value) }
        }
        #expect(abs(trace - squares / 20) < 1e-3 * squares / 20)
    }

    @Test(
        "is the diagonal of the Fisher matrix where every side is over the limit",
        arguments: SequenceRecommender.Representation.allCases)
    func diagonal(_ representation: SequenceRecommender.Representation) throws {
        let world = try SequenceWorld(representation)
        let method = try KroneckerInfluence(
            snapshot: world.snapshot, train: world.source(0..<20),
            options: options(.ekfac, damping: 0.2, sideLimit: 0))
        let gradients = try world.rows.indices.map { try world.gradient($0) }
        func score(_ row: Int, _ other: Int) -> Double {
            gradients[row].reduce(0) { sum, entry in
                let target = gradients[other][entry.key] ?? []
                return entry.value.indices.reduce(sum) { sum, place in
                    let squares = (0..<20).reduce(0.0) {
                        let value = gradients[$1][entry.key]?[place] ?? 0
                        return $0 + value * value
                    }
                    // Two biases of one layer are one direction, whose second moment is twice one's;
                    // those of a GRU belong to maps of their own.
                    let isDoubled = entry.key.contains(".bias_") && representation != .gru
                    let copies = isDoubled ? 2.0 : 1
                    let moment = copies * squares / 20
                    return sum + entry.value[place] * target[place] / (moment + 0.2)
                }
            }
        }
        let scores = try method.scores(world.source(20..<24)).scores.values
        let scale = (0..<20).map { score($0, $0) }.max() ?? 1
        for row in 0..<20 {
            for target in 20..<24 {
                let found = Double(scores[row * 4 + target - 20])
                #expect(abs(found - score(row, target)) < 1e-4 * scale)
            }
        }
        #expect(try method.plan(world.source(20..<24)).description.contains("over the limit"))
    }

    @Test("says that labels are the data's where the loss is no softmax over all items")
    func noSoftmax() throws {
        let world = try SequenceWorld(.gru, loss: .logBPR)
        let method = try KroneckerInfluence(snapshot: world.snapshot, train: world.source(0..<20))
        let settings = try method.total(world.source(20..<22)).provenance.settings
        #expect(settings.contains { $0.hasPrefix("labels = empirical, as the loss is no softmax") })
        let softmax = try SequenceWorld(.gru)
        let drawn = try KroneckerInfluence(
            snapshot: softmax.snapshot, train: softmax.source(0..<20)
        ).total(softmax.source(20..<22)).provenance.settings
        #expect(drawn.contains("labels = sampled, samples = 1, seed = 1"))
    }
}
