// One step of training: from the examples of a batch to new values of the parameters.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// Lowers the mean of weight·loss over the targets of a batch, without those of weight 0, by one step
/// of an optimiser.
struct TrainingStep {
    let model: any NextItemModel
    let optimiser: Optimiser
    let seed: UInt64
    let clipNorm: Double?

    init(_ model: any NextItemModel, _ optimiser: Optimiser, _ options: FitOptions) {
        self.model = model
        self.optimiser = optimiser
        seed = options.seed
        clipNorm = options.clipNorm
    }

    /// Thrown when a number of a step is not finite; parameters are as before then.
    struct Divergence: Error {
        /// What it was.
        let what: String
    }

    /// Does the step that a run does for batch `number` of an epoch, and adds the losses to `losses`.
    ///
    /// - Throws: ``Divergence``, `Interrupted` before anything has changed, and what the model throws.
    func callAsFunction(
        _ chosen: some RandomAccessCollection<Int>, of examples: some TrainingSet, epoch: Int,
        number: Int, learningRate: Double, adding losses: inout LossSum
    ) throws {
        let batch = try examples.batch(chosen)
        // Which units dropout leaves out depends on the step alone, so a resumed run repeats it.
        let noise = RandomStream(seed: seed, "noise").split("epoch \(epoch) \(number)")
        let terms = model.termCounts(of: batch, noise: noise)
        let weights = examples.weights
        // An example of weight 0 is not there: not in the sum of losses, nor among those it is of.
        let counted = zip(chosen, terms).reduce(0) { sum, one in
            (weights.map { $0[one.0] } ?? 1) == 0 ? sum : sum + one.1
        }
        let share = 1 / Float(max(1, counted))
        let scales =
            if let weights { chosen.map { weights[$0] * share } } else {
                [Float](repeating: share, count: chosen.count)
            }
        let gradients = GradientSum()
        let tape = Tape(gradients, noise: noise)
        let loss = try model.loss(batch, scales: scales, on: tape)
        guard loss.total.value.isFinite else { throw Divergence(what: "the loss") }
        // Nothing has changed yet, so a step that takes long may be given up here.
        try tape.backward(from: loss.total) { try Interruption.check() }
        var gradientScale: Float = 1
        if let clipNorm {
            let norm = gradients.norm(of: model.parameters)
            guard norm.isFinite else { throw Divergence(what: "the gradient") }
            if norm > clipNorm { gradientScale = Float(clipNorm / norm) }
        }
        try optimiser.step(
            gradients, learningRate: Float(learningRate), gradientScale: gradientScale)
        loss.perExample.withUnsafeValues { values in
            for (place, index) in chosen.enumerated() where terms[place] > 0 {
                let count = Double(terms[place])
                losses.add(
                    Double(values[place]) / count,
                    weight: count * (weights.map { Double($0[index]) } ?? 1))
            }
        }
    }
}

extension FitOptions {
    /// Numbers of `count` examples in the order of an epoch, counted from 0, which depends on the
    /// seed and on it alone.
    func order(of epoch: Int, count: Int) -> [Int] {
        guard shuffles else { return Array(0..<count) }
        var stream = RandomStream(seed: seed, "shuffle").split("epoch \(epoch + 1)")
        return stream.permutation(count)
    }
}
