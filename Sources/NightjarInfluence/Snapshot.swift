// A moment of training that influence looks at.

import NightjarModels
import NightjarTensor

/// A model as it was at one moment of training, with the learning rate of that moment.
public struct Snapshot: Sendable {
    /// Where it comes from, such as a checkpoint's path.
    public let name: String
    /// η of TracIn: the learning rate of a checkpoint's last step.
    public let learningRate: Double
    private let make: @Sendable () throws -> any NextItemModel
    private let scale: @Sendable (Parameter) throws -> Tensor?

    /// Creates a snapshot that is loaded when it is needed.
    ///
    /// - Parameters:
    ///   - name: where it comes from.
    ///   - learningRate: η of TracIn.
    ///   - stepScale: how far the optimiser moves each value of a parameter for a gradient of 1 and a
    ///     learning rate of 1; `nil` where nothing is known or all values are moved alike.
    ///   - load: rebuilds the model.
    public init(
        name: String, learningRate: Double,
        stepScale: @escaping @Sendable (Parameter) throws -> Tensor? = { _ in nil },
        load: @escaping @Sendable () throws -> any NextItemModel
    ) {
        self.name = name
        self.learningRate = learningRate
        scale = stepScale
        make = load
    }

    /// The same moment with another rate.
    func atRate(_ rate: Double) -> Snapshot {
        Snapshot(name: name, learningRate: rate, stepScale: scale, load: make)
    }

    /// How far the optimiser moves each value of a parameter for a gradient of 1 and a learning rate
    /// of 1.
    ///
    /// - Throws: ``InfluenceError/noStepScales(checkpoint:)``, what reading the checkpoint throws.
    func stepScale(of parameter: Parameter) throws -> Tensor {
        guard let found = try scale(parameter) else {
            throw InfluenceError.noStepScales(checkpoint: name)
        }
        return found
    }

    /// Rebuilds the model.
    ///
    /// - Throws: what reading the checkpoint throws.
    public func model() throws -> any NextItemModel { try make() }
}
