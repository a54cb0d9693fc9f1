// Which parameters' gradients count.

import NightjarModels
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

extension ParameterSelection: CustomStringConvertible {
    /// As users write it: `all`, `last_layer`, or names.
    public var description: String {
        switch self {
        case .all: "all"
        case .lastLayer: "last_layer"
        case .named(let names): names.joined(separator: ", ")
        }
    }
}
