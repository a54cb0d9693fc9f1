// Update rules: from the gradient of a batch to new parameter values.

import CKernels
import NightjarRuntime
import NightjarTensor

/// An update rule and its constants; the learning rate comes with each step.
public enum UpdateRule: Sendable, Equatable, Codable {
    /// Stochastic gradient descent: g ← g + l2·p, m ← momentum·m + g, p ← p − lr·m.
    case sgd(momentum: Float = 0, l2: Float = 0)
    /// Adam (Kingma and Ba, ICLR 2015) as in PyTorch: with g ← g + l2·p and bias-corrected moments
    /// m̂, v̂, p ← p − lr·m̂ / (√v̂ + ε).
    case adam(
        beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, l2: Float = 0)
    /// AdamW (Loshchilov and Hutter, ICLR 2019): p ← (1 − lr·decay)·p before Adam's step.
    case adamW(
        beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, decay: Float = 0.01)
    /// Adagrad (Duchi et al., JMLR 2011): s ← s + g², p ← p − lr·g / (√s + ε).
    case adagrad(epsilon: Float = 1e-10, l2: Float = 0)

    /// Name as in checkpoints and options.
    public var name: String {
        switch self {
        case .sgd: "sgd"
        case .adam: "adam"
        case .adamW: "adamw"
        case .adagrad: "adagrad"
        }
    }

    /// Names of the state tensors that one parameter needs.
    var stateNames: [String] {
        switch self {
        case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
        case .adam, .adamW: ["first_moment", "second_moment"]
        case .adagrad: ["square_sum"]
        }
    }
}

/// Changes parameters by the gradients of batches.
///
/// Parameters without a gradient in a batch are treated as having gradient zero, as PyTorch does
/// with dense gradients: their moments decay and they go on moving.
public final class Optimiser {
    /// The update rule.
    public let rule: UpdateRule
    /// Number of steps done.
    public private(set) var stepCount: Int
    /// State tensors by name, `parameter/state`; each has the shape of its parameter.
    public private(set) var state: [String: Tensor]
    private let parameters: [Parameter]

    /// Creates an optimiser for the trainable ones of `parameters`.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public init(_ rule: UpdateRule, for parameters: [Parameter]) throws(TensorError) {
        self.rule = rule
        self.parameters = parameters.filter(\.isTrainable)
        stepCount = 0
        state = [:]
        for parameter in self.parameters {
            for name in rule.stateNames {
                state["\(parameter.name)/\(name)"] = try Tensor(shape: parameter.value.shape)
            }
        }
    }

    /// Continues from a saved state.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)`` when a tensor is missing or has
    ///   another shape.
    public func restore(stepCount: Int, state saved: [String: Tensor]) throws(TensorError) {
        for (name, tensor) in state {
            guard let value = saved[name] else {
                throw .badValue(operation: "optimiser", "the saved state lacks '\(name)'")
            }
            try tensor.assign(value)
        }
        self.stepCount = stepCount
    }

    /// Elements that one piece of work updates.
    private static let pieceSize = 1 << 15

    /// Does one step, with every gradient multiplied by `gradientScale` first.
    public func step(
        _ gradients: GradientSum, learningRate: Float, gradientScale: Float = 1
    ) throws(TensorError) {
        stepCount += 1
        for parameter in parameters {
            let value = parameter.value
            let tensors = rule.stateNames.compactMap { state["\(parameter.name)/\($0)"] }
            let states = tensors.map(\.pointer)
            guard states.count == rule.stateNames.count else { continue }
            switch gradients[parameter] {
            case .rows(let ids, let rows):
                let width = value.columnCount
                var rowOfId = [Int32](repeating: -1, count: value.rowCount)
                for (row, id) in ids.enumerated() { rowOfId[Int(id)] = Int32(row) }
                let perPiece = max(1, Self.pieceSize / max(1, width))
                let pieces = (value.rowCount + perPiece - 1) / perPiece
                Workers.run(pieces) { piece in
                    let last = min(value.rowCount, (piece + 1) * perPiece)
                    for id in piece * perPiece..<last {
                        let row = Int(rowOfId[id])
                        update(
                            value.pointer, states, offset: id * width, count: width,
                            row < 0 ? nil : UnsafePointer(rows.pointer + row * width),
                            gradientScale, learningRate)
                    }
                }
            case .dense(let gradient):
                apply(value, states, gradient, gradientScale, learningRate)
            case nil:
                apply(value, states, nil, gradientScale, learningRate)
            }
            withExtendedLifetime(tensors) {}
        }
    }

    private func apply(
        _ value: Tensor, _ states: [UnsafeMutablePointer<Float>], _ gradient: Tensor?,
        _ scale: Float, _ learningRate: Float
    ) {
        let pieces = (value.count + Self.pieceSize - 1) / Self.pieceSize
        Workers.run(pieces) { piece in
            let offset = piece * Self.pieceSize
            update(
                value.pointer, states, offset: offset,
                count: min(Self.pieceSize, value.count - offset),
                gradient.map { UnsafePointer($0.pointer + offset) }, scale, learningRate)
        }
    }

    private func update(
        _ value: UnsafeMutablePointer<Float>, _ states: [UnsafeMutablePointer<Float>], offset: Int,
        count: Int, _ gradient: UnsafePointer<Float>?, _ scale: Float, _ lr: Float
    ) {
        let p = value + offset
        switch rule {
        case .sgd(let momentum, let l2):
            if let m = states.first {
                nj_momentum(count, p, gradient, m + offset, scale, lr, momentum, l2)
            } else {
                nj_descent(count, p, gradient, scale, lr, l2)
            }
        case .adam(let beta1, let beta2, let epsilon, let l2):
            adam(
                count, p, gradient, states, offset, scale, beta1, beta2, epsilon, lr, l2, 1)
        case .adamW(let beta1, let beta2, let epsilon, let decay):
            adam(
                count, p, gradient, states, offset, scale, beta1, beta2, epsilon, lr, 0,
                1 - lr * decay)
        case .adagrad(let epsilon, let l2):
            nj_adagrad(count, p, gradient, states[0] + offset, scale, lr, epsilon, l2)
        }
    }

    private func adam(
        _ count: Int, _ p: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>?,
        _ states: [UnsafeMutablePointer<Float>], _ offset: Int, _ scale: Float, _ beta1: Float,
        _ beta2: Float,
        _ epsilon: Float, _ lr: Float, _ l2: Float, _ shrink: Float
    ) {
        let first = 1 - Self.power(Double(beta1), stepCount)
        let second = 1 - Self.power(Double(beta2), stepCount)
        nj_adam(
            count, p, gradient, states[0] + offset, states[1] + offset, scale, beta1, beta2,
            Float(Double(lr) / first), Float(1 / second.squareRoot()), epsilon, l2, shrink)
    }

    /// Integer power by squaring.
    static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
