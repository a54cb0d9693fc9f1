// Where the values of a new model come from.

import NightjarRuntime
import NightjarTensor

/// Gives a model under construction its parameters: drawn at random, or read from a file.
///
/// A model asks for every parameter by name, shape and initial distribution. The same constructor
/// then serves training, which draws, and checkpoints, which compare shapes before they read.
public struct ParameterSource {
    /// How the initial values of a parameter are drawn.
    public enum Distribution: Sendable, Equatable {
        /// Normal with mean 0; the row of padding, where there is one, is zero.
        case normal(deviation: Float = 1, paddingRow: Int? = nil)
        /// Uniform between -bound and bound.
        case uniform(bound: Float)
        /// All the same; the row of padding, where there is one, is zero.
        case constant(Float, paddingRow: Int? = nil)
    }

    private let make: (String, [Int], Distribution) throws -> Tensor

    /// Creates a source from a function of a parameter's name, shape and distribution.
    public init(_ make: @escaping (String, [Int], Distribution) throws -> Tensor) {
        self.make = make
    }

    /// Draws each parameter from its own stream, so that adding one does not change the others.
    public static func random(seed: UInt64) -> ParameterSource {
        let root = RandomStream(seed: seed, "init")
        return ParameterSource { name, shape, distribution in
            var stream = root.split(name)
            switch distribution {
            case .normal(let deviation, let paddingRow):
                var values = try Tensor.normal(shape, &stream)
                if deviation != 1 { values = try values * deviation }
                if let paddingRow { try values.row(paddingRow).fill(0) }
                return values
            case .uniform(let bound):
                return try .uniform(shape, low: -bound, high: bound, &stream)
            case .constant(let value, let paddingRow):
                let values = try Tensor(repeating: value, shape: shape)
                if let paddingRow { try values.row(paddingRow).fill(0) }
                return values
            }
        }
    }

    /// The parameter called `name`.
    ///
    /// - Throws: ``TensorError``, or what reading it from a file throws.
    public func parameter(
        _ name: String, _ shape: [Int], _ distribution: Distribution, isTrainable: Bool = true
    ) throws -> Parameter {
        Parameter(name, try make(name, shape, distribution), isTrainable: isTrainable)
    }
}
