// What training, evaluation and attribution ask of a model.

import NightjarRuntime
import NightjarTensor

/// A model that predicts the next item of a history.
///
/// Classes are items: class i is item i, and class 0 is padding, which is scored as in PyTorch
/// models of the field unless an evaluation leaves it out.
public protocol NextItemModel: AnyObject {
    /// Everything needed to build the same model with other values.
    var configuration: ModelConfiguration { get }
    /// All parameters, in an order that never changes.
    var parameters: [Parameter] { get }
    /// Number of classes V: items and the padding class.
    var classCount: Int { get }
    /// What it can learn from.
    var tasks: Set<Batch.Task> { get }

    /// The loss of each example and Σ scale·loss on a tape.
    ///
    /// Examples must not mix: attribution relies on it.
    ///
    /// - Throws: ``TensorError``, or what the model's own code throws.
    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss

    /// Number of items that the model predicts of each example of a batch.
    ///
    /// What is drawn for it depends on the noise as it does for ``loss(_:scales:on:)``.
    func termCounts(of batch: Batch, noise: RandomStream?) -> [Int]

    /// A score for every class after each history, shape `[B, V]`; higher is more likely.
    ///
    /// - Throws: ``TensorError``, or what the model's own code throws.
    func scores(_ batch: Batch) throws -> Tensor

    /// A scorer with the values that the parameters have now; it is of no use once they change.
    ///
    /// Models that can score faster many times than once give their own.
    ///
    /// - Throws: ``TensorError``.
    func scorer() throws(TensorError) -> any Scorer
}

extension NextItemModel {
    /// Single examples, unless a model says otherwise.
    public var tasks: Set<Batch.Task> { [.nextItem] }

    /// All that the batch asks for, unless a model says otherwise.
    public func termCounts(of batch: Batch, noise: RandomStream?) -> [Int] { batch.termCounts }

    /// Number of trainable values.
    public var trainableCount: Int {
        parameters.reduce(0) { $0 + ($1.isTrainable ? $1.value.count : 0) }
    }

    /// Scores one batch at a time with ``scores(_:)``.
    public func scorer() -> any Scorer { ModelScorer(model: self) }

    /// The parameter called `name`.
    public func parameter(_ name: String) -> Parameter? { parameters.first { $0.name == name } }
}
