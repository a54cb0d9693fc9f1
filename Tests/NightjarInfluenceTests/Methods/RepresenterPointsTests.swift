import NightjarModels
import NightjarRuntime
import NightjarTensor
import Testing

@testable import NightjarInfluence

@Suite("Representer points")
struct RepresenterPointsTests {
    private func head(_ snapshot: Snapshot, _ train: TileSource, l2: Double) throws -> SoftmaxHead {
        let model = try snapshot.model()
        let moment = Moment(
            snapshot: snapshot, model: model, parameters: [], train: train,
            memoryBudget: 1 << 30, task: "test", progress: nil)
        let states = try moment.stateTable(train, 0..<train.count, constant: true)
        return try SoftmaxHead(
            states, classes: model.classCount, l2: l2, tolerance: 1e-5, iterations: 500
        ) { _, _ in }
    }

    private var options: RepresenterPoints.Options {
        var options = RepresenterPoints.Options()
        (options.l2, options.tolerance) = (0.01, 1e-5)
        return options
    }

    /// The representer theorem itself: scores over all training examples add up to the head's logit.
    @Test("add up to the logit of the target's item")
    func theorem() throws {
        let model = try LinearSoftmax(examples: 44, features: 4, classes: 6)
        var stream = RandomStream(seed: 4, "labels")
        let labels = (0..<44).map { _ in 1 + stream.below(5) }
        let train = model.source(Array(0..<40), labels: labels)
        let targets = model.source(Array(40..<44), labels: Array(labels[40...]))
        let method = try RepresenterPoints(
            snapshot: model.snapshot, train: train, options: options)
        let found = try method.scores(targets)
        let head = try head(model.snapshot, train, l2: 0.01)
        #expect(head.residual <= 1e-5)
        for target in 0..<4 {
            let weights = try head.weight.row(labels[40 + target]).values.map(Double.init)
            let logit = try Dense.dot(weights, model.joined(40 + target))
            let sum = (0..<40).reduce(0.0) { $0 + Double(found.scores.values[$1 * 4 + target]) }
            #expect(abs(sum - logit) < 1e-3 * max(1, abs(logit)))
        }
        #expect(found.provenance.settings.contains { $0.contains("residual of stationarity") })
        // An example of the same item as the target raises its logit where states agree.
        let own = try method.selfInfluence().values
        #expect(own.allSatisfy { $0 > 0 })
    }

    @Test(
        "of sequences: totals are sums of scores, and self-influence is the diagonal",
        arguments: [SequenceRecommender.Representation.gru, .sasrec, .bert4rec, .mixture],
        [SequenceLoss.softmax, .logBPR])
    func sequences(
        _ representation: SequenceRecommender.Representation, _ loss: SequenceLoss
    ) throws {
        let world = try SequenceWorld(representation, loss: loss)
        let method = try RepresenterPoints(
            snapshot: world.snapshot, train: world.source(0..<20), options: options)
        let targets = world.source(20..<24)
        let scores = try method.scores(targets).scores.values
        let totals = try method.total(targets).values
        let scale = scores.map { abs($0) }.max() ?? 1
        for row in 0..<20 {
            let mean = scores[row * 4..<row * 4 + 4].reduce(0, +) / 4
            #expect(abs(totals[row] - mean) < 1e-4 * scale)
        }
        let square = try method.scores(world.source(0..<20)).scores.values
        let own = try method.selfInfluence().values
        for row in 0..<20 { #expect(abs(own[row] - square[row * 21]) < 1e-4 * scale) }
    }

    @Test("a model without a layer that scores all items is refused, with what to use")
    func noStates() throws {
        let model = try LinearSoftmax(examples: 4, features: 3, classes: 3)
        nonisolated(unsafe) let strange = StateFree(model)
        let snapshot = Snapshot(name: "strange", learningRate: 1) { strange }
        let method = try RepresenterPoints(
            snapshot: snapshot, train: model.source([0, 1], labels: [1, 2]))
        let error = #expect(throws: InfluenceError.self) {
            try method.total(model.source([2], labels: [1]))
        }
        #expect(error == .noStates(checkpoint: "strange"))
        #expect(error?.description.contains("grad_cos") == true)
    }
}

/// A model whose loss uses no scores of items.
private final class StateFree: NextItemModel {
    private let inner: LinearSoftmax

    init(_ inner: LinearSoftmax) { self.inner = inner }

    var configuration: ModelConfiguration { inner.configuration }
    var parameters: [Parameter] { inner.parameters }
    var classCount: Int { 1000 }

    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss {
        let rows = tape.constant(try inner.features.gatheringRows(batch.ids))
        let scores = try tape.linear(rows, inner.weight, bias: inner.bias)
        return try tape.batchLoss(
            tape.mean(tape.multiply(scores, scores), axis: 1), scales: scales)
    }

    func scores(_ batch: Batch) throws -> Tensor { try inner.scores(batch) }
}
