// Items that a target is compared with, drawn at random.

import NightjarRuntime
import NightjarTensor

/// Draws the candidates of sampled losses.
///
/// What is drawn for an item depends on the items of its own sequence, on its place before the end,
/// and on the noise of the tape: neither padding nor, unless negatives come from the batch, the other
/// sequences of a batch change it.
struct NegativeSampler {
    /// Number K of negatives for each target.
    let count: Int
    /// Items, numbered from 1.
    let items: Int
    /// Where negatives come from.
    var sampling = NegativeSampling()
    /// The probability of each class where some are drawn more often, shape `[V]`.
    var probabilities: Tensor?
    /// Whether the loss is to be told how often each negative is expected.
    var tellsExpectation = false

    /// What a candidate takes in its list, in those of the rows that get gradients, and as a score.
    private static let bytesPerCandidate = 20

    /// Candidates for the targets of a batch, position t·B + b, or for those at some places.
    ///
    /// Without noise, as when losses are measured, equal sequences always get the same ones.
    ///
    /// - Parameters:
    ///   - batch: the targets.
    ///   - places: where the targets stand that count; `nil` for all of them.
    ///   - scales: the weight of each example of the batch; `nil` when all have one.
    ///   - noise: where negatives are drawn from.
    ///   - scores: gives the scores of candidates, shape `[R, C]`; asked for hard negatives.
    /// - Returns: the target and K negatives for each.
    /// - Throws: ``TensorError/outOfMemory(bytes:)`` for more than 2³¹ − 1 candidates or than there is
    ///   room for, or what `scores` throws.
    func candidates(
        for batch: Batch, at places: [Int]? = nil, scales: [Float]? = nil, noise: RandomStream?,
        scores: (Candidates) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Candidates {
        switch sampling.source {
        case .uniform:
            return try drawn(count, for: batch, noise, from: UniformDraw(items: items), at: places)
        case .popularity:
            return try drawn(count, for: batch, noise, from: popularity(), at: places)
        case .batch:
            let scales = scales ?? [Float](repeating: 1, count: batch.examples)
            let isCorrected = tellsExpectation && sampling.isCorrected && probabilities != nil
            let draw = BatchDraw(
                items: items, batch: batch, scales: scales,
                popularity: isCorrected ? popularity() : nil)
            return try drawn(count, for: batch, noise, from: draw, at: places)
        case .hard:
            let pool = try drawn(
                max(count, sampling.pool), for: batch, noise, from: OtherItemDraw(items: items),
                at: places)
            return try hardest(of: pool, scores(pool))
        }
    }

    private func popularity() -> PopularityDraw {
        PopularityDraw(table: AliasTable(probabilities?.values.dropFirst() ?? []))
    }

    private func drawn(
        _ count: Int, for batch: Batch, _ noise: RandomStream?, from draw: some ItemDraw,
        at places: [Int]?
    ) throws(TensorError) -> Candidates {
        let (examples, width) = (batch.examples, 1 + count)
        let steps = batch.targets.count / examples
        let root = (noise ?? RandomStream(seed: 0, "evaluation")).split("negatives")
        let (size, overflow) = batch.targets.count.multipliedReportingOverflow(by: width)
        // An array without memory would end the process; an error leaves the user the prompt.
        guard !overflow, size <= Int(Int32.max) else {
            let bytes = size.multipliedReportingOverflow(by: Self.bytesPerCandidate)
            throw .outOfMemory(bytes: overflow || bytes.overflow ? .max : bytes.partialValue)
        }
        try BufferPool.requireRoom(size * Self.bytesPerCandidate)
        let ids = [Int32](unsafeUninitializedCapacity: size) { ids, filled in
            guard let ids = ids.baseAddress else { return }
            let blocks = max(1, min(64, examples / 8))
            Workers.run(blocks) { block in
                for example in Slices.range(block, of: blocks, over: examples) {
                    var stream = root.split("\(batch.fingerprint(of: example))")
                    for step in stride(from: steps - 1, through: 0, by: -1) {
                        let place = step * examples + example
                        let target = batch.targets[place]
                        let row = ids + place * width
                        row.update(repeating: target, count: width)
                        guard target > 0 else { continue }
                        for negative in 1..<width {
                            row[negative] = draw.item(for: target, of: example, &stream)
                        }
                    }
                }
            }
            filled = size
        }
        let all = try Candidates(count: width, ids: ids, corrections: corrections())
        return try places.map { places throws(TensorError) in try all.of(places) } ?? all
    }

    /// The logarithm of how often each class is expected among the negatives of a row.
    private func corrections() throws(TensorError) -> Tensor? {
        guard tellsExpectation, sampling.isCorrected else { return nil }
        switch sampling.source {
        case .uniform:
            return try Tensor(repeating: Float(count) / Float(items), shape: [items + 1]).log()
        case .popularity, .batch:
            guard let probabilities else { return nil }
            return try (probabilities * Float(count)).log()
        case .hard:
            return nil
        }
    }

    /// The ``count`` different candidates with the highest scores of each row, of equal ones those drawn
    /// first; the same ones again where there are fewer.
    private func hardest(
        of pool: Candidates, _ scores: Tensor
    ) throws(TensorError) -> Candidates {
        let (width, poolWidth) = (1 + count, pool.count)
        let rows = pool.ids.count / poolWidth
        let ids = [Int32](unsafeUninitializedCapacity: rows * width) { ids, filled in
            guard let ids = ids.baseAddress else { return }
            let blocks = max(1, min(64, rows / 64))
            Workers.run(blocks) { block in
                for row in Slices.range(block, of: blocks, over: rows) {
                    let (first, chosen) = (row * poolWidth, ids + row * width)
                    chosen[0] = pool.ids[first]
                    let places = Self.largest(
                        count, of: pool.ids[first + 1..<first + poolWidth],
                        scores: scores.pointer + first + 1)
                    for place in 0..<count {
                        chosen[1 + place] = pool.ids[places[place % places.count]]
                    }
                }
            }
            filled = rows * width
        }
        withExtendedLifetime(scores) {}
        return try Candidates(count: width, ids: ids)
    }

    /// The places of the `count` different items with the largest scores, the largest first.
    ///
    /// - Parameters:
    ///   - count: how many are wanted; there may be fewer different ones.
    ///   - ids: items, at least one.
    ///   - scores: theirs, from the first one on.
    /// - Returns: the places, as indices of `ids`.
    private static func largest(
        _ count: Int, of ids: ArraySlice<Int32>, scores: UnsafePointer<Float>
    ) -> [Int] {
        // Not-a-number counts as infinite: it must not stay unseen.
        func key(_ place: Int) -> Float {
            let score = scores[place - ids.startIndex]
            return score.isNaN ? .infinity : score
        }
        var best: [Int] = []
        best.reserveCapacity(count)
        for place in ids.indices {
            let own = key(place)
            if best.count == count, let worst = best.last, own <= key(worst) { continue }
            if best.contains(where: { ids[$0] == ids[place] }) { continue }
            if best.count == count { best.removeLast() }
            var spot = best.count
            while spot > 0, own > key(best[spot - 1]) { spot -= 1 }
            best.insert(place, at: spot)
        }
        return best
    }
}
