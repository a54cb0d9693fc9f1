// Sampled competitors, the same for every model that is compared.

import NightjarRuntime

/// Draws the sampled items that a target is ranked against: uniform, distinct, unseen.
///
/// The draw depends on the seed and the number of the example only, so all models, epochs and
/// batch sizes meet the same competitors. Rank all items where you can: see ``CandidateSet``.
public struct NegativeSampler: Sendable {
    /// Number of items in the catalogue; items are 1…`items`.
    public let items: Int
    /// Number of items drawn for an example.
    public let count: Int
    private let stream: RandomStream

    /// Creates a sampler of `count` out of `items` items.
    ///
    /// - Throws: ``MetricError/badSampleSize(_:)`` when `count` is below 1, and
    ///   ``MetricError/itemOutOfRange(_:classes:)`` when items do not fit 32 bits.
    public init(items: Int, count: Int, seed: UInt64) throws(MetricError) {
        guard count >= 1 else { throw .badSampleSize(count) }
        guard items >= 0, items < Int(Int32.max) else {
            throw .itemOutOfRange(items, classes: Int(Int32.max))
        }
        self.items = items
        self.count = count
        stream = RandomStream(seed: seed, "sampled candidates")
    }

    /// Draws the competitors of example number `example`, none of them in `excluded`.
    ///
    /// `excluded` holds the example's targets and, when seen items are masked, its history.
    ///
    /// - Throws: ``MetricError/tooFewUnseen(wanted:available:)`` when fewer than `count` remain.
    public func negatives(example: Int, excluding excluded: [Int32]) throws(MetricError) -> [Int32]
    {
        let banned = Set(excluded.filter { $0 >= 1 && Int($0) <= items })
        let available = items - banned.count
        guard count <= available else {
            throw .tooFewUnseen(wanted: count, available: available)
        }
        var draws = stream.split("example \(example)")
        if count > available / 2 {
            // Most items are drawn: shuffling what is left beats drawing until all are distinct.
            var left = (0..<items).map { Int32($0 + 1) }.filter { !banned.contains($0) }
            for place in 0..<count {
                left.swapAt(place, place + draws.below(left.count - place))
            }
            return Array(left.prefix(count))
        }
        var met = banned
        var drawn: [Int32] = []
        while drawn.count < count {
            let item = Int32(1 + draws.below(items))
            if met.insert(item).inserted { drawn.append(item) }
        }
        return drawn
    }
}
