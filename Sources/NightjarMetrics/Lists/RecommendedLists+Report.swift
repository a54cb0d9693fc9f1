// The measures of lists that have a value for each example.

import NightjarRuntime

extension RecommendedLists {
    /// Measures each list, as a report with intervals that is compared with those of other models.
    ///
    /// - `Popularity@k`: the mean share of users who have met an item of the list, in percent (average
    ///   recommendation popularity). Source: H. Yin et al., *Challenging the long tail
    ///   recommendation*, VLDB 2012.
    /// - `Tail@k`: the share of its items that are of the long tail. Source: H. Abdollahpouri, R. Burke
    ///   and B. Mobasher, RecSys 2017.
    /// - `Novelty@k`: the mean self-information of its items in bits. Source: T. Zhou et al., PNAS 2010.
    /// - `Diversity@k`: the mean distance of two of its items; none for a list of fewer than two.
    ///   Source: B. Smyth and P. McClave, *Similarity vs. diversity*, ICCBR 2001; intra-list similarity
    ///   of C.-N. Ziegler et al., WWW 2005, turned round.
    ///
    /// - Parameters:
    ///   - popularity: how well known items are; `nil` leaves the first three out.
    ///   - distance: how different items are; `nil` leaves the last out.
    ///   - bootstrap: how intervals are made; `nil` for none.
    /// - Returns: a report with an example for each list.
    /// - Throws: ``MetricError`` when items are missing, and `Interrupted`.
    public func report(
        popularity: ItemPopularity?, distance: ItemDistance?, bootstrap: Bootstrap? = nil
    ) throws -> MetricReport {
        var rows: [MetricReport.Row] = []
        func add(
            _ name: String, higherIsBetter: Bool, least: Int = 1,
            _ value: ([Int32]) throws -> Double
        ) throws {
            let values = try lists.map { list in
                try Interruption.check()
                return list.count < least ? .nan : try value(list)
            }
            rows.append(
                try MetricReport.Row(
                    metricName(name, cutoff: cutoff), higherIsBetter: higherIsBetter,
                    values: values, users: users, bootstrap: bootstrap))
        }
        if let popularity {
            try check(popularity.counts.count, "popularities")
            try add("Popularity", higherIsBetter: false) { list in
                mean(list) { Double(popularity.counts[Int($0) - 1]) }
                    / Double(max(1, popularity.users)) * 100
            }
            try add("Tail", higherIsBetter: true) { list in
                mean(list) { popularity.isTail[Int($0) - 1] ? 1 : 0 }
            }
            try add("Novelty", higherIsBetter: true) { mean($0, popularity.selfInformation) }
        }
        if let distance {
            try check(distance.itemCount, "items with features")
            try add("Diversity", higherIsBetter: true, least: 2) { list in
                var sum = 0.0
                for (place, item) in list.enumerated() {
                    for other in list[..<place] { sum += distance(item, other) }
                }
                return sum / Double(list.count * (list.count - 1) / 2)
            }
        }
        return MetricReport(
            evaluation: evaluation, users: users, bootstrap: bootstrap, rows: rows)
    }

    private func check(_ count: Int, _ what: String) throws(MetricError) {
        guard count == itemCount else { throw .lengths("items", itemCount, what, count) }
    }

    private func mean(_ list: [Int32], _ value: (Int32) -> Double) -> Double {
        list.reduce(0) { $0 + value($1) } / Double(list.count)
    }
}
