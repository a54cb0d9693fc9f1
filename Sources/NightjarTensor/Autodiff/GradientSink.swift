// Where a backward pass delivers the gradients of parameters.

import CKernels

/// The gradient of one parameter, summed over a batch.
public enum SummedGradient: Sendable {
    /// One value for each element.
    case dense(Tensor)
    /// Rows of a table that were touched, each once: `values` has one row for each id.
    case rows([Int32], Tensor)
}

/// Receives the gradients of parameters during a backward pass.
///
/// Training wants sums, attribution wants factors; an operation asks which before it spends work.
public protocol GradientSink: AnyObject {
    /// Whether the sink keeps uses as they are instead of their sums.
    var keepsFactors: Bool { get }
    /// Whether gradients of this parameter are wanted; operations skip the work for others.
    func wants(_ parameter: Parameter) -> Bool
    /// Takes one use of a parameter.
    func take(_ use: ParameterUse) throws(TensorError)
    /// Takes a sum that an operation has computed itself; never called when ``keepsFactors``.
    func take(_ gradient: SummedGradient, of parameter: Parameter) throws(TensorError)
}

/// The trainable parameters among some, or among all.
private struct Selection {
    let chosen: Set<ObjectIdentifier>?

    init(_ parameters: [Parameter]?) {
        chosen = parameters.map { Set($0.map(ObjectIdentifier.init)) }
    }

    func contains(_ parameter: Parameter) -> Bool {
        parameter.isTrainable && (chosen?.contains(ObjectIdentifier(parameter)) ?? true)
    }
}

/// Adds up the gradients of a batch; what optimisers consume.
public final class GradientSum: GradientSink {
    private var sums: [ObjectIdentifier: SummedGradient] = [:]
    private let selection: Selection

    /// Creates an empty sum for the trainable ones of `parameters`, or of all when `nil`.
    public init(_ parameters: [Parameter]? = nil) { selection = Selection(parameters) }

    /// Sums are all that is kept.
    public var keepsFactors: Bool { false }
    /// The trainable parameters that were selected.
    public func wants(_ parameter: Parameter) -> Bool { selection.contains(parameter) }

    /// The gradient of a parameter, or `nil` when no use of it was seen.
    public subscript(_ parameter: Parameter) -> SummedGradient? {
        sums[ObjectIdentifier(parameter)]
    }

    /// Forgets all sums, for the next batch.
    public func reset() { sums.removeAll(keepingCapacity: true) }

    /// Adds a use, summed over its rows.
    public func take(_ use: ParameterUse) throws(TensorError) {
        guard wants(use.parameter) else { return }
        try take(use.summed(), of: use.parameter)
    }

    /// Adds a gradient.
    public func take(_ gradient: SummedGradient, of parameter: Parameter) throws(TensorError) {
        guard wants(parameter) else { return }
        let key = ObjectIdentifier(parameter)
        guard let earlier = sums[key] else {
            sums[key] = gradient
            return
        }
        // The earlier gradient may belong to two parameters, so it is never added to in place.
        let sum = try earlier.dense(like: parameter.value).copy()
        let addend = try gradient.dense(like: parameter.value)
        nj_axpy(sum.count, 1, addend.pointer, sum.pointer)
        withExtendedLifetime(addend) {}
        sums[key] = .dense(sum)
    }
}

/// Keeps every use of every parameter in one backward pass; what attribution consumes.
public final class FactorRecorder: GradientSink {
    /// The uses in the order in which the backward pass met them.
    public private(set) var uses: [ParameterUse] = []
    private let selection: Selection

    /// Creates an empty recorder for the trainable ones of `parameters`, or of all when `nil`.
    public init(_ parameters: [Parameter]? = nil) { selection = Selection(parameters) }

    /// Factors are all that is kept.
    public var keepsFactors: Bool { true }
    /// The trainable parameters that were selected.
    public func wants(_ parameter: Parameter) -> Bool { selection.contains(parameter) }

    /// Keeps a use of a wanted parameter.
    ///
    /// - Throws: ``TensorError/exampleCount(parameter:expected:found:)`` when uses before had another
    ///   number of examples: then some operation took rows for examples.
    public func take(_ use: ParameterUse) throws(TensorError) {
        guard wants(use.parameter) else { return }
        if let expected = uses.first?.layout.examples, use.layout.examples != expected {
            throw .exampleCount(
                parameter: use.parameter.name, expected: expected, found: use.layout.examples)
        }
        uses.append(use)
    }

    /// Never called, because operations ask ``keepsFactors`` first; a sum cannot be taken apart.
    public func take(_ gradient: SummedGradient, of parameter: Parameter) throws(TensorError) {
        throw .badValue(
            operation: "attribution",
            "a sum over the batch was given for '\(parameter.name)' where factors are needed")
    }
}

extension SummedGradient {
    /// The gradient as a tensor of the parameter's shape; shares memory when it is dense already.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package func dense(like value: Tensor) throws(TensorError) -> Tensor {
        switch self {
        case .dense(let tensor):
            return try tensor.reshaped(value.shape)
        case .rows(let ids, let values):
            let result = try Tensor(repeating: 0, shape: value.shape)
            let width = value.columnCount
            for (index, id) in ids.enumerated() {
                nj_axpy(width, 1, values.pointer + index * width, result.pointer + Int(id) * width)
            }
            withExtendedLifetime(values) {}
            return result
        }
    }
}
