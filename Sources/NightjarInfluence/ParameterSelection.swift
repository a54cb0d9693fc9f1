// Which parameters' gradients count.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// The part of a model whose gradients influence is computed from.
public enum ParameterSelection: Sendable, Equatable {
    /// Every trainable parameter, embeddings included: TracIn as defined.
    case all
    /// The output layer alone, an approximation that Captum calls fast TracInCP.
    case lastLayer
    /// The parameters with these names.
    case named([String])

    /// The selected trainable parameters of a model.
    ///
    /// - Throws: ``InfluenceError/unknownParameter(_:known:)``, ``InfluenceError/noParameters``.
    func parameters(of model: any NextItemModel) throws(InfluenceError) -> [Parameter] {
        let trainable = model.parameters.filter(\.isTrainable)
        let chosen: [Parameter]
        switch self {
        case .all:
            chosen = trainable
        case .lastLayer:
            chosen = trainable.filter { $0.name.hasPrefix("output.") }
        case .named(let names):
            for name in names where !trainable.contains(where: { $0.name == name }) {
                throw .unknownParameter(name, known: trainable.map(\.name))
            }
            chosen = trainable.filter { names.contains($0.name) }
        }
        guard !chosen.isEmpty else { throw .noParameters }
        return chosen
    }
}

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
    /// The work does not fit in the memory that it may use.
    case overBudget(needed: Int, budget: Int, what: String)
    /// A gradient is not a number, or longer than single precision can square.
    case notFinite(checkpoint: String, of: String)
    /// An example does not exist.
    case noSuchExample(Int, count: Int)
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
        case .overBudget(let needed, let budget, let what):
            "\(what) needs \(needed >> 20) MiB, more than the budget of \(budget >> 20) MiB. Ask about"
                + " fewer examples or raise the budget."
        case .notFinite(let checkpoint, let owner):
            "the gradient of \(owner) at '\(checkpoint)' is not finite, or too large for scores in"
                + " single precision. Training diverged there: leave this checkpoint out."
        case .noSuchExample(let index, let count):
            "example \(index + 1) does not exist: there are \(count)."
        case .otherItems(let model, let data):
            "the model knows \(model) items, the data has \(data). Use the data set that the model was"
                + " trained on."
        }
    }
}
