// Copies of models, value for value.

import NightjarTensor

extension NextItemModel {
    /// A model of the same architecture with the same values in memory of its own.
    ///
    /// - Throws: ``ModelError``, `TensorError`, or what building it throws.
    public func copy(_ registry: ModelRegistry = .builtIn) throws -> any NextItemModel {
        try registry.model(
            configuration,
            values: ParameterSource { name, shape, _ in
                guard let value = self.parameter(name)?.value, value.shape == shape else {
                    throw TensorError.badValue(
                        operation: "copy", "the model has no parameter '\(name)' of its shape")
                }
                return try value.copy()
            })
    }

    /// Overwrites all values with those of another model of the same architecture; all or none.
    ///
    /// - Throws: `TensorError/shapeMismatch(operation:_:_:)` when the parameters differ.
    public func assign(_ other: any NextItemModel) throws(TensorError) {
        let (own, given) = (parameters, other.parameters)
        guard own.map(\.name) == given.map(\.name) else {
            throw .badValue(
                operation: "copy_from",
                "\(configuration.kind) and \(other.configuration.kind) have different parameters."
                    + " Copy from a model of the same architecture, such as model:clone().")
        }
        for (target, source) in zip(own, given) where target.value.shape != source.value.shape {
            throw .shapeMismatch(operation: "copy_from", target.value.shape, source.value.shape)
        }
        for (target, source) in zip(own, given) { try target.value.assign(source.value) }
    }
}
