// Follows one figure over the epochs: which was best, and how long ago.

/// What early stopping, plateaus and "best" know of the epochs so far.
struct FigureWatch: Sendable, Equatable, Codable {
    /// The best value so far.
    private(set) var best: Double?
    /// Its epoch, from 1.
    private(set) var bestEpoch: Int?
    /// Epochs since then.
    private(set) var epochsSinceBest = 0
    /// Epochs without a gain since the best or since the last reduction.
    private(set) var plateau = 0
    /// How often the learning rate was reduced.
    private(set) var reductions = 0

    /// Takes the value of an epoch; one that is not a number is no gain.
    ///
    /// - Parameters:
    ///   - value: the watched figure.
    ///   - epoch: number of the epoch, from 1.
    ///   - higherIsBetter: which direction is a gain.
    ///   - plateauPatience: epochs without a gain that are tolerated before the rate is reduced.
    mutating func see(
        _ value: Double, epoch: Int, higherIsBetter: Bool, plateauPatience: Int?
    ) {
        let isGain = best.map { higherIsBetter ? value > $0 : value < $0 } ?? !value.isNaN
        if isGain {
            (best, bestEpoch) = (value, epoch)
            (epochsSinceBest, plateau) = (0, 0)
            return
        }
        epochsSinceBest += 1
        plateau += 1
        if let plateauPatience, plateau > plateauPatience {
            reductions += 1
            plateau = 0
        }
    }
}
