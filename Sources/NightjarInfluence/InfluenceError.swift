// What can be wrong with a question about influence.

import NightjarRuntime

/// What can be wrong with a question about influence.
public enum InfluenceError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no moment of training to look at.
    case noCheckpoints
    /// A set of examples is empty.
    case empty(String)
    /// The model has no trainable parameter with this name.
    case unknownParameter(String, known: [String])
    /// Nothing was selected.
    case noParameters
    /// An option has a value that makes no sense: what was given, and what to do.
    case badOption(String, String)
    /// The work does not fit in the memory that it may use.
    case overBudget(needed: Int, budget: Int, what: String)
    /// A gradient is not a number, or longer than single precision can square.
    case notFinite(checkpoint: String, of: String)
    /// An example does not exist.
    case noSuchExample(Int, count: Int)
    /// Examples use a model's parameters in another way than those before.
    case otherStructure([String], [String])
    /// The optimiser of a checkpoint moves all values alike, or has not moved any yet.
    case noStepScales(checkpoint: String)
    /// An equation has no solution by conjugate gradients.
    case negativeCurvature
    /// The series of LiSSA grows without bound.
    case seriesDiverged(scale: Double)
    /// A model does not say what its scores are computed from.
    case noStates(checkpoint: String)
    /// A model's classes do not fit the data.
    case otherItems(model: Int, data: Int)

    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .noCheckpoints:
            "influence needs at least one checkpoint. Train with checkpoint = { dir = …, every = n }."
        case .empty(let what):
            "there are no \(what). Check the split or the selection."
        case .unknownParameter(let name, let known):
            "the model has no trainable parameter '\(name)'"
                + "\(Suggestion.hint(for: name, in: known)). It has: \(known.joined(separator: ", "))."
        case .noParameters:
            "no trainable parameter is selected. Use parameters = \"all\" or name some."
        case .badOption(let given, let remedy):
            "\(given) is not possible: \(remedy)."
        case .overBudget(let needed, let budget, let what):
            "\(what) needs \(needed >> 20) MiB, more than the budget of \(budget >> 20) MiB. Ask about"
                + " fewer examples or raise the budget."
        case .notFinite(let checkpoint, let owner):
            "the gradient of \(owner) at '\(checkpoint)' is not finite, or too large for scores in"
                + " single precision. Training diverged there: leave this checkpoint out."
        case .noSuchExample(let index, let count):
            "example \(index + 1) does not exist: there are \(count)."
        case .otherStructure(let own, let other):
            "these examples use the model's parameters in another way"
                + " (\(other.joined(separator: ", "))) than the training examples"
                + " (\(own.joined(separator: ", "))). Ask about examples of the same kind."
        case .noStepScales(let checkpoint):
            "'\(checkpoint)' holds no second moments of gradients: its optimiser is sgd, or has done no"
                + " step. Use tracin, which is right for sgd, or train with adam, adamw or adagrad."
        case .negativeCurvature:
            "the curvature is not above 0 along a direction, so that influence is not defined there. Raise"
                + " the damping, or replace curvature = \"hessian\" by another: none of those is below 0."
        case .seriesDiverged(let scale):
            "the series diverges: an eigenvalue of a batch's curvature is above the scale \(scale). Raise"
                + " the scale, such as to \(10 * scale), or the batch."
        case .noStates(let checkpoint):
            "the model of '\(checkpoint)' has no layer that scores all items in its loss, so it has no"
                + " state before it. Use a method on gradients, such as grad_cos."
        case .otherItems(let model, let data):
            "the model knows \(model) items, the data has \(data). Use the data set that the model was"
                + " trained on."
        }
    }
}
