// How often each item is what a model should have predicted.

/// Weighted examples whose targets can be counted.
public protocol TargetCounting {
    /// The weight of all examples that ask for each item, padding, which none asks for, first.
    var targetCounts: [Double] { get }
}

extension Examples: TargetCounting {
    /// The weight of all examples that ask for each item, padding first.
    public var targetCounts: [Double] {
        var counts = [Double](repeating: 0, count: log.itemCount + 1)
        for (index, target) in targets.enumerated() {
            counts[Int(target)] += Double(weights?[index] ?? 1)
        }
        return counts
    }
}

extension Sequences: TargetCounting {
    /// The weight of all sequences that an item is in, as often as it is there, padding first: every
    /// item of a sequence is predicted.
    public var targetCounts: [Double] {
        var counts = [Double](repeating: 0, count: log.itemCount + 1)
        for index in 0..<count {
            let weight = Double(weights?[index] ?? 1)
            for place in Int(slices.starts[index])..<Int(slices.ends[index]) {
                counts[Int(slices.stream.items[place])] += weight
            }
        }
        return counts
    }
}
