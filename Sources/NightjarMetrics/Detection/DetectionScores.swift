// How well scores find what was planted: noisy interactions, duplicates, poisoned examples.

/// Scores of examples of which it is known which were planted.
///
/// A high score means "suspected". Negate the scores of a method in which a low one does: an
/// influence below 0 marks harm, so it is the negated influence that detects noise.
public struct DetectionScores: Sendable {
    /// Number of planted examples.
    public let plantedCount: Int
    /// Number of other examples.
    public let otherCount: Int
    /// Groups of equal scores, the highest first.
    private let groups: [(planted: Int, size: Int)]

    /// Creates the judge of `scores`.
    ///
    /// - Parameters:
    ///   - scores: one for each example, higher for more suspected.
    ///   - isPlanted: whether each example was planted.
    /// - Throws: ``DetectionError`` for a score that is not a number, for columns of different
    ///   length, and when all or none of the examples were planted.
    public init(_ scores: [Double], isPlanted: [Bool]) throws(DetectionError) {
        guard scores.count == isPlanted.count else {
            throw .lengths("scores", scores.count, "labels", isPlanted.count)
        }
        if let index = scores.firstIndex(where: \.isNaN) { throw .notANumber(index: index) }
        plantedCount = isPlanted.count { $0 }
        otherCount = scores.count - plantedCount
        guard plantedCount > 0, otherCount > 0 else {
            throw .oneKind(planted: plantedCount, others: otherCount)
        }
        var groups: [(planted: Int, size: Int)] = []
        var last: Double?
        for index in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
            if scores[index] != last { groups.append((0, 0)) }
            last = scores[index]
            groups[groups.count - 1].size += 1
            if isPlanted[index] { groups[groups.count - 1].planted += 1 }
        }
        self.groups = groups
    }

    /// The area under the ROC curve, a tied pair counting half.
    ///
    /// The chance that a planted example scores above another one; 0.5 is guessing.
    public var rocAUC: Double {
        var won = 0.0
        var plantedAbove = 0
        for group in groups {
            let others = Double(group.size - group.planted)
            won += others * (Double(plantedAbove) + Double(group.planted) / 2)
            plantedAbove += group.planted
        }
        return won / (Double(plantedCount) * Double(otherCount))
    }

    /// The normal interval of ``rocAUC`` with DeLong's variance, cut at 0 and 1.
    ///
    /// It takes examples to be independent, and is a point where all planted ones are above all
    /// others; both ends are NaN for a single planted or other example.
    ///
    /// Source: E. DeLong, D. DeLong and D. Clarke-Pearson, *Comparing the areas under two or more
    /// correlated receiver operating characteristic curves*, Biometrics 44, 1988.
    ///
    /// - Throws: ``StatisticsError/badOption(_:_:allowed:)`` for a level outside 0…1.
    public func rocAUCInterval(level: Double = 0.95) throws(StatisticsError) -> Interval {
        guard level > 0, level < 1 else {
            throw .badOption("level", level, allowed: "a number between 0 and 1, such as 0.95")
        }
        let area = rocAUC
        var (plantedSquares, otherSquares) = (0.0, 0.0)
        var (plantedAbove, othersAbove) = (0.0, 0.0)
        for group in groups {
            let (planted, others) = (Double(group.planted), Double(group.size - group.planted))
            // How many of the other kind a member of the group stands on the right side of.
            let beaten = (Double(otherCount) - othersAbove - others / 2) / Double(otherCount)
            let beating = (plantedAbove + planted / 2) / Double(plantedCount)
            plantedSquares += planted * (beaten - area) * (beaten - area)
            otherSquares += others * (beating - area) * (beating - area)
            plantedAbove += planted
            othersAbove += others
        }
        let (planted, others) = (Double(plantedCount), Double(otherCount))
        let variance =
            plantedSquares / (planted - 1) / planted + otherSquares / (others - 1) / others
        let reach = Distribution.normalReach(level) * variance.squareRoot()
        guard !reach.isNaN else { return Interval(lower: .nan, upper: .nan, level: level) }
        return Interval(lower: max(0, area - reach), upper: min(1, area + reach), level: level)
    }

    /// The average precision: Σ precision × gain in recall, one step for each distinct score.
    ///
    /// Guessing gives about the share of planted examples, so quote that share beside it. Equal
    /// scores are one step, as in scikit-learn: their order can neither help nor hurt.
    public var averagePrecision: Double {
        var sum = 0.0
        var planted = 0
        var taken = 0
        for group in groups {
            planted += group.planted
            taken += group.size
            sum += Double(group.planted) * Double(planted) / Double(taken)
        }
        return sum / Double(plantedCount)
    }

    /// The share of the `count` highest scores that were planted.
    ///
    /// Where equal scores straddle the cut, it is the expected share under a random order of them.
    /// With `count` equal to the number of planted examples it is the R-precision.
    ///
    /// - Throws: ``DetectionError/badCount(_:examples:)`` when `count` is not in 1…examples.
    public func precision(at count: Int) throws(DetectionError) -> Double {
        guard count >= 1, count <= plantedCount + otherCount else {
            throw .badCount(count, examples: plantedCount + otherCount)
        }
        var found = 0.0
        var left = count
        for group in groups where left > 0 {
            let taken = min(left, group.size)
            found += Double(group.planted) * Double(taken) / Double(group.size)
            left -= taken
        }
        return found / Double(count)
    }
}
