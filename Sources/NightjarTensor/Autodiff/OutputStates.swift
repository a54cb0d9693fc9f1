// What the last step of a model is applied to.

/// The rows from which a loss over items scored them, with what they were to predict.
public struct OutputStates: Sendable {
    /// The rows, shape `[rows, width]`.
    public let rows: Tensor
    /// A class for each row; negative where nothing was predicted.
    public let targets: [Int32]
    /// Which row belongs to which example.
    public let layout: RowLayout

    /// Takes rows with their targets.
    public init(rows: Tensor, targets: [Int32], layout: RowLayout) {
        self.rows = rows
        self.targets = targets
        self.layout = layout
    }
}
