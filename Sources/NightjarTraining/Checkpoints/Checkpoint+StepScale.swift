// How an optimiser scales the gradient of each value, as a checkpoint knows it.

import NightjarTensor

extension Checkpoint {
    /// How far the next step would move each value of a parameter for a gradient of 1 at a learning
    /// rate of 1, were the moments of gradients to stay as they are.
    ///
    /// That is 1 / (√v̂ + ε) for Adam and AdamW, with the bias-corrected second moment v̂, and
    /// 1 / (√s + ε) for Adagrad, with the sum of squares s.
    ///
    /// - Parameter parameter: a trainable parameter of the model.
    /// - Returns: a tensor of the parameter's shape; `nil` for stochastic gradient descent, which
    ///   moves all values alike, and before the first step.
    /// - Throws: ``CheckpointError`` when the file lacks the optimiser's state.
    public func stepScale(of parameter: Parameter) throws -> Tensor? {
        let batches =
            (record.data.examples + record.recipe.batchSize - 1) / max(1, record.recipe.batchSize)
        let steps = record.epoch * batches + record.batch
        guard steps > 0 else { return nil }
        let (state, correction, epsilon): (String, Double, Float)
        switch record.recipe.rule {
        case .sgd: return nil
        case .adam(_, let beta2, let constant, _), .adamW(_, let beta2, let constant, _):
            (state, epsilon) = ("second_moment", constant)
            correction = 1 - Optimiser.power(Double(beta2), steps)
        case .adagrad(let constant, _):
            (state, correction, epsilon) = ("square_sum", 1, constant)
        }
        let name = Group.optimiser.name("\(parameter.name)/\(state)")
        let moments = try read(name, shape: parameter.value.shape)
        let scales = moments.values.map { moment in
            1 / (Float((Double(moment) / correction).squareRoot()) + epsilon)
        }
        return try Tensor(scales, shape: parameter.value.shape)
    }
}
