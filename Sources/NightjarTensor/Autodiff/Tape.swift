// Reverse-mode differentiation: operations are written down as they run and replayed backwards.

import CKernels
import NightjarRuntime

/// A value inside a differentiable computation.
public final class Variable {
    /// The result of the operation that made it.
    public let value: Tensor
    /// Whether anything that made it depends on a trainable parameter.
    public let needsGradient: Bool
    /// The gradient of the loss, once the backward pass has reached this value.
    public private(set) var gradient: Tensor?
    private var ownsGradient = false

    init(_ value: Tensor, needsGradient: Bool) {
        self.value = value
        self.needsGradient = needsGradient
    }

    /// Adds a contribution to the gradient; the tensor must not be changed afterwards.
    package func accumulate(_ contribution: Tensor) throws(TensorError) {
        guard needsGradient else { return }
        guard let gradient else {
            gradient = contribution
            return
        }
        guard gradient.count == contribution.count else {
            throw .shapeMismatch(operation: "gradient", gradient.shape, contribution.shape)
        }
        // The first contribution may be shared with another value: copy before adding to it.
        let sum = ownsGradient ? gradient : try gradient.copy()
        nj_axpy(sum.count, 1, contribution.pointer, sum.pointer)
        withExtendedLifetime(contribution) {}
        self.gradient = sum
        ownsGradient = true
    }

    func dropGradient() { gradient = nil }
}

/// Records a computation so that its gradients can be found.
///
///     let tape = Tape(GradientSum())
///     let y = try tape.tanh(tape.linear(x, weight, bias: bias))
///     try tape.backward(from: try tape.sum(y))
///
/// A tape without a sink computes values only and keeps nothing.
public final class Tape {
    /// Where gradients of parameters go; `nil` when only values are wanted.
    public let sink: (any GradientSink)?
    private var steps: [(output: Variable, backward: (Tensor) throws(TensorError) -> Void)] = []

    /// Where dropout and sampling draw from while training; `nil` when values must not be random.
    public var noise: RandomStream?

    /// Has cross-entropies over all classes draw their labels; `nil` for the given ones.
    public var labelDraws: LabelDraws?
    /// Has cross-entropies over all classes multiply with their curvature; `nil` for gradients.
    public var outputTangents: OutputTangents?
    /// Number of losses whose labels were drawn.
    public internal(set) var drawnLosses = 0
    /// What the last loss over items was computed from.
    public internal(set) var outputStates: OutputStates?

    /// Creates an empty tape.
    public init(_ sink: (any GradientSink)? = nil, noise: RandomStream? = nil) {
        self.sink = sink
        self.noise = noise
    }

    /// Whether gradients will be asked for.
    public var isRecording: Bool { sink != nil }

    /// Whether gradients of a parameter will be asked for.
    package func wants(_ parameter: Parameter) -> Bool { sink?.wants(parameter) ?? false }

    /// A value that is an input: no gradient is computed for it.
    public func constant(_ value: Tensor) -> Variable { Variable(value, needsGradient: false) }

    /// A value whose gradient is wanted although it is no parameter.
    public func input(_ value: Tensor) -> Variable {
        Variable(value, needsGradient: isRecording)
    }

    /// Writes down the result of an operation and how to pass its gradient on.
    package func record(
        _ value: Tensor, needsGradient: Bool,
        backward: @escaping (Tensor) throws(TensorError) -> Void
    ) -> Variable {
        let output = Variable(value, needsGradient: isRecording && needsGradient)
        if output.needsGradient { steps.append((output, backward)) }
        return output
    }

    /// Computes the gradient of the sum of the elements of `output` by everything before it.
    ///
    /// The tape is empty afterwards. Gradients of parameters are in the sink; those of
    /// ``input(_:)`` values stay on the values.
    ///
    /// - Parameters:
    ///   - output: What is differentiated.
    ///   - check: Asked before each operation, as a large one takes long; may throw to stop.
    /// - Throws: ``TensorError``, and what `check` throws.
    public func backward(
        from output: Variable, beforeEach check: () throws -> Void = {}
    ) throws {
        guard output.needsGradient else { return }
        try output.accumulate(Tensor(repeating: 1, shape: output.value.shape))
        while let (variable, backward) = steps.popLast() {
            try check()
            guard let gradient = variable.gradient else { continue }
            try backward(gradient)
            variable.dropGradient()
        }
    }
}
