// How a parameter entered a computation: the one currency of training and attribution.

/// Which row of a factor belongs to which example and time step.
///
/// An operation on a batch of B examples and T steps has B·T rows.
public struct RowLayout: Sendable, Equatable {
    /// Number of examples B.
    public let examples: Int
    /// Number of steps T of each example.
    public let steps: Int
    /// Whether rows run over examples first (row = t·B + b) instead of over steps (row = b·T + t).
    public let isTimeMajor: Bool

    /// Creates a layout.
    public init(examples: Int, steps: Int, isTimeMajor: Bool) {
        self.examples = examples
        self.steps = steps
        self.isTimeMajor = isTimeMajor
    }

    /// Number of rows B·T.
    public var rowCount: Int { examples * steps }
    /// Row of the first step of example `b`.
    public func firstRow(of example: Int) -> Int { isTimeMajor ? example : example * steps }
    /// Distance between the rows of two successive steps of one example.
    public var rowStride: Int { isTimeMajor ? examples : 1 }
}

/// The rows that a linear map was applied to.
public enum FactorInput: Sendable {
    /// Rows of a tensor, shape `[B·T, in]`.
    case rows(Tensor)
    /// Rows of a table of shape `[n, in]`, by number.
    case gathered(table: Tensor, ids: [Int32])

    /// Length of a row.
    public var width: Int {
        switch self {
        case .rows(let tensor): tensor.columnCount
        case .gathered(let table, _): table.columnCount
        }
    }
}

/// One use of a parameter in a batch, with the gradient of the loss at that place.
///
/// A parameter enters a computation in three ways only. With δ the gradient of the *sum* of the
/// losses at the output of the use, the exact gradient of example b alone is
///
/// - linear, y = x·Wᵀ: Σ_t δ[b,t]ᵀ x[b,t], of the shape of W, `[out, in]`;
/// - gather, y = W[id]: δ[b,t] added to row id[b,t] of a sparse table;
/// - direct, one value of the parameter for each column: Σ_t δ[b,t].
///
/// Examples of a batch do not mix in a model, so one batched backward pass gives every δ.
public enum ParameterUse: Sendable {
    /// y = x·Wᵀ with `inputs` x and `deltas` δ of shape `[B·T, out]`.
    case linear(Parameter, inputs: FactorInput, deltas: Tensor, RowLayout)
    /// y = W[ids]; a negative id stands for padding and has no parameter. δ has shape `[B·T, width]`.
    case gather(Parameter, ids: [Int32], deltas: Tensor, RowLayout)
    /// Each column of δ, shape `[B·T, count]`, belongs to one element of the parameter.
    case direct(Parameter, deltas: Tensor, RowLayout)

    /// The parameter that was used.
    public var parameter: Parameter {
        switch self {
        case .linear(let parameter, _, _, _), .gather(let parameter, _, _, _),
            .direct(let parameter, _, _):
            parameter
        }
    }

    /// Which row of the use belongs to which example.
    public var layout: RowLayout {
        switch self {
        case .linear(_, _, _, let layout), .gather(_, _, _, let layout), .direct(_, _, let layout):
            layout
        }
    }
}
