// Memory of a recurrent pass: numbers of every example at each of its steps.

/// Rows of every example at each step, or at the last few steps alone.
struct StepBuffer {
    /// Shape `[kept, B, width]`.
    let values: Tensor
    /// Number of steps that are kept; a later step takes the place of one that many steps earlier.
    private let kept: Int

    /// A buffer whose values are undefined.
    ///
    /// - Throws: ``TensorError``.
    init(steps: Int, examples: Int, width: Int) throws(TensorError) {
        self.init(try Tensor(uninitialized: [steps, examples, width]))
    }

    /// Views a tensor of shape `[kept, B, width]`.
    init(_ values: Tensor) {
        self.values = values
        kept = values.shape[0]
    }

    /// Whether each of several steps has rows of its own.
    var keepsSteps: Bool { kept > 1 }

    /// Where some of the examples stand in a step.
    func at(_ step: Int, _ examples: Range<Int>) -> Matrix {
        let (batch, width) = (values.shape[1], values.shape[2])
        let first = (step % kept) * batch + examples.lowerBound
        return Matrix(values.pointer + first * width, examples.count, width)
    }

    /// The rows of all examples at a step, shape `[B, width]`.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    func row(_ step: Int) throws(TensorError) -> Tensor { try values.row(step % kept) }

    /// The rows of the first `steps` steps as one matrix, shape `[steps·B, width]`.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    func rows(_ steps: Int) throws(TensorError) -> Tensor {
        try values.rows(0..<steps).reshaped([steps * values.shape[1], values.shape[2]])
    }
}
