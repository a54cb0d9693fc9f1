// Drawing one of several things, some more often than others.

import NightjarRuntime

/// A draw from 0 ..< n in proportion to weights.
///
/// Only sums and comparisons of doubles: the same draws on every machine.
struct WeightedChoice {
    private var sums: [Double] = []

    /// `weights` are not negative, and one of them is positive.
    init(_ weights: some Sequence<Double>) {
        var sum = 0.0
        for weight in weights {
            sum += weight
            sums.append(sum)
        }
    }

    /// Draws a place; 0 when there are none.
    func draw(_ stream: inout RandomStream) -> Int {
        guard let total = sums.last else { return 0 }
        return place(of: stream.uniform() * total)
    }

    /// The first place whose running sum exceeds `level`, by bisection.
    func place(of level: Double) -> Int {
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > level { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
