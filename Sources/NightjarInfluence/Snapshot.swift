// A moment of training that influence looks at.

import NightjarModels

/// A model as it was at one moment of training, with the learning rate of that moment.
public struct Snapshot: Sendable {
    /// Where it comes from, such as a checkpoint's path.
    public let name: String
    /// η of TracIn: the learning rate with which the next step would have been taken.
    public let learningRate: Double
    private let make: @Sendable () throws -> any NextItemModel

    /// Creates a snapshot that is loaded when it is needed.
    public init(
        name: String, learningRate: Double,
        load: @escaping @Sendable () throws -> any NextItemModel
    ) {
        self.name = name
        self.learningRate = learningRate
        make = load
    }

    /// Rebuilds the model.
    ///
    /// - Throws: what reading the checkpoint throws.
    public func model() throws -> any NextItemModel { try make() }
}
