import NightjarRuntime

/// Ranks from 1 in ascending order, equal values sharing the mean of their ranks.
struct AverageRanks {
    /// The rank of each value.
    let ranks: [Double]
    /// Σ (t³ − t) over groups of t equal values, by which tied tests correct their variance.
    let tieSum: Double

    init(of values: [Double]) throws(Interrupted) {
        let order = try values.indices.sortedInterruptibly { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var tieSum = 0.0
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for index in order[start..<end] { ranks[index] = Double(start + 1 + end) / 2 }
            let size = Double(end - start)
            tieSum += size * size * size - size
            start = end
        }
        self.ranks = ranks
        self.tieSum = tieSum
    }
}
