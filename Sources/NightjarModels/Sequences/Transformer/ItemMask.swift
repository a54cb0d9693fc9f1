// Which items of a sequence are masked.

import NightjarRuntime

/// Draws the items that a model is to predict from those around them.
///
/// Of each sequence either every item is masked with some probability, the last one if none was, or
/// the last one alone: a model that only ever saw items on both sides of a mask would not know how
/// to predict what comes next.
///
/// What is drawn depends on the items of a sequence, counted from its end, and on the noise of the
/// tape. Without noise, as when losses are measured, equal sequences always have the same masks.
struct ItemMask {
    private let options: TransformerOptions

    init(_ options: TransformerOptions) { self.options = options }

    /// The items that are masked, position t·B + b, and 0 elsewhere.
    func targets(of batch: Batch, noise: RandomStream?) -> [Int32] {
        let root = (noise ?? RandomStream(seed: 0, "evaluation")).split("masks")
        let (examples, steps) = (batch.examples, batch.steps)
        var targets = [Int32](repeating: 0, count: batch.targets.count)
        guard steps > 0 else { return targets }
        for example in 0..<examples {
            var stream = root.split("\(batch.fingerprint(of: example))")
            let last = (steps - 1) * examples + example
            let masksLast = stream.bernoulli(options.lastMask)
            var isMasked = false
            for step in (max(0, steps - options.maxLength)..<steps).reversed() where !masksLast {
                let place = step * examples + example
                guard batch.targets[place] > 0 else { break }
                guard stream.bernoulli(options.mask) else { continue }
                targets[place] = batch.targets[place]
                isMasked = true
            }
            if !isMasked { targets[last] = batch.targets[last] }
        }
        return targets
    }
}
