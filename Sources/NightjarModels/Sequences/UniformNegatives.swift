// Items that a target is compared with, drawn at random.

import NightjarRuntime
import NightjarTensor

/// Draws the candidates of sampled losses from all items alike.
///
/// A target can be drawn as its own negative, as in the field's implementations. What is drawn for an
/// item depends on the items of its own sequence, on its place before the end, and on the noise of
/// the tape: neither padding nor the other sequences of a batch change it.
struct UniformNegatives {
    /// Number K of negatives for each target.
    let count: Int
    /// Items, numbered from 1.
    let items: Int

    /// What a candidate takes in its list, in those of the rows that get gradients, and as a score.
    private static let bytesPerCandidate = 20

    /// Candidates for every target of a batch, position t·B + b.
    ///
    /// Without noise, as when losses are measured, equal sequences always get the same ones.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)`` for more than 2³¹ − 1 candidates or than there is
    ///   room for.
    func candidates(
        for batch: Batch, noise: RandomStream?
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
                            row[negative] = Int32(truncatingIfNeeded: 1 + stream.below(items))
                        }
                    }
                }
            }
            filled = size
        }
        return try Candidates(count: width, ids: ids)
    }
}

extension Batch {
    /// A hash (FNV-1a) of the items of one example, its target included and padding left out.
    func fingerprint(of example: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ id: Int32) {
            guard id > 0 else { return }
            hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x0000_0100_0000_01B3
        }
        for step in 0..<steps { add(ids[step * examples + example]) }
        if task == .nextItem { add(targets[example]) }
        return hash
    }
}
