// The tensors that training changes.

/// A named tensor of a model, with its role in training.
///
/// The value is changed in place by optimisers, between batches and never during one.
public final class Parameter: @unchecked Sendable {
    /// Name within the model, such as `lstm.weight_ih`.
    public let name: String
    /// Current value.
    public let value: Tensor
    /// Whether gradients are computed and optimisers change the value.
    public let isTrainable: Bool

    /// Creates a parameter around `value`, which it owns from now on.
    public init(_ name: String, _ value: Tensor, isTrainable: Bool = true) {
        self.name = name
        self.value = value
        self.isTrainable = isTrainable
    }
}
