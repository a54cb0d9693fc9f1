// What can end or prevent training.

import NightjarRuntime

/// What can go wrong with training, besides the file system and the model.
///
/// Every description ends in the next step for the user. Epochs and batches count from 1.
public enum TrainingError: Error, Equatable, Sendable {
    /// An option has a value that makes no sense.
    case badOption(String, String, allowed: String)
    /// There is nothing to learn from, or to validate on.
    case noExamples(String)
    /// The model learns one target at a time and was given whole sequences.
    case needsExamples(kind: String)
    /// All examples have weight 0.
    case noWeight
    /// The model predicts no item of any example that has a weight.
    case nothingToPredict
    /// The data has items that the model does not know.
    case tooManyItems(data: Int, model: Int)
    /// An option asks for validation examples and there are none.
    case needsValidation(option: String)
    /// The loss, the gradient or a parameter became infinite or not-a-number.
    case diverged(epoch: Int, batch: Int, what: String, checkpoint: String?)
    /// The folder already holds checkpoints of a run.
    case folderInUse(String, newest: String)
    /// Resuming is asked for without a folder or file to resume from.
    case nothingToResume
    /// A checkpoint was written under another option than is given now.
    case otherOption(String, file: String, saved: String, given: String)
    /// A checkpoint is further than the run shall go.
    case pastEnd(file: String, epoch: Int, epochs: Int)
    /// A model that was built again from its options has other parameters.
    case notRepeatable(kind: String, parameter: String)
    /// A subset to retrain on keeps nothing; `number` counts from 1.
    case emptySubset(number: Int)
    /// Subsets are of a set of another size than the training examples.
    case otherSet(subsets: Int, examples: Int)
}

extension TrainingError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .badOption(let name, let value, let allowed):
            "\(name) = \(value) is not possible. Give \(allowed)."
        case .noExamples(let side):
            "there are no \(side) examples. Check the split and the shortest history asked for."
        case .needsExamples(let kind):
            "a model of kind '\(kind)' learns from examples with one target each, not from whole"
                + " sequences. Give it windows, or build a sequence model."
        case .noWeight:
            "every training example has weight 0, so there is nothing to learn from. Give some of"
                + " them a positive weight."
        case .nothingToPredict:
            "the model predicts no item of these training examples, so there is nothing to learn"
                + " from. Give it longer sequences, such as chunks{ length = 50, minimum = 2 }."
        case .tooManyItems(let data, let model):
            "the data has \(data) items, the model only \(model). Build the model with the item"
                + " count of the data set."
        case .needsValidation(let option):
            "\(option) needs validation examples. Give some, or leave it out."
        case .diverged(let epoch, let batch, let what, let checkpoint):
            "\(what) is not a finite number in epoch \(epoch), batch \(batch): training has"
                + " diverged. Lower the learning rate or clip gradients"
                + (checkpoint.map { "; '\($0)' is the last good checkpoint." } ?? ".")
        case .folderInUse(let folder, let newest):
            "'\(folder)' already holds checkpoints of a run, such as '\(newest)'. Resume that run,"
                + " set overwrite beside dir in checkpoint = { … }, or choose another folder."
        case .nothingToResume:
            "there is nothing to resume from. Name the folder of the checkpoints, or a checkpoint."
        case .otherOption(let name, let file, let saved, let given):
            "'\(file)' was written with \(name) = \(saved), now it is \(given). Resume with the same"
                + " options, or start a new run from its model."
        case .pastEnd(let file, let epoch, let epochs):
            "'\(file)' is from epoch \(epoch), but only \(epochs) epochs are asked for. Ask for more"
                + " epochs, or resume from an earlier checkpoint."
        case .notRepeatable(let kind, let parameter):
            "a model of kind '\(kind)' that was built again has another parameter '\(parameter)'. Let"
                + " what builds it depend on its options alone."
        case .emptySubset(let number):
            "subset \(number) keeps no example, so there is nothing to learn from. Leave fewer out."
        case .otherSet(let subsets, let examples):
            "these are subsets of \(subsets) examples, and there are \(examples) training examples."
                + " Make the subsets of the same examples."
        }
    }
}
