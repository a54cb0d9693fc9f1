import NightjarRuntime
import Testing

@testable import NightjarMetrics

/// Expected values are scipy 1.17.1's.
@Suite("Rank correlations")
struct CorrelationTests {
    static let p: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
    static let q: [Double] = [2, 1, 4, 3, 7, 5, 8, 6]
    static let r: [Double] = [1, 2, 2, 3, 3, 3, 5, 5]
    static let s: [Double] = [4, 4, 1, 2, 2, 9, 9, 9]

    @Test("Spearman agrees with spearmanr, ties included")
    func spearman() throws {
        #expect(abs(try Correlation.spearman(Self.p, Self.q) - 0.8333333333333335) < 1e-14)
        #expect(abs(try Correlation.spearman(Self.p, Self.r) - 0.9636241116594317) < 1e-14)
        #expect(abs(try Correlation.spearman(Self.q, Self.r) - 0.8030200930495263) < 1e-14)
    }

    @Test("Spearman has the p-value of spearmanr")
    func pValue() throws {
        func p(_ x: [Double], _ y: [Double]) throws -> Double {
            Correlation.pValue(spearman: try Correlation.spearman(x, y), pairs: x.count)
        }
        #expect(abs(try p(Self.p, Self.q) - 0.010175540123456752) < 1e-12)
        #expect(abs(try p(Self.p, Self.r) - 0.00011707291460771199) < 1e-12)
        #expect(abs(try p(Self.r, Self.s) - 0.1625613471837272) < 1e-12)
        #expect(try p(Self.p, Self.p) == 0)
        #expect(Correlation.pValue(spearman: 1, pairs: 2).isNaN)
        #expect(Correlation.pValue(spearman: .nan, pairs: 9).isNaN)
    }

    @Test("Kendall agrees with kendalltau, ties in one and in both columns included")
    func kendall() throws {
        #expect(abs(try Correlation.kendall(Self.p, Self.q) - 0.6428571428571428) < 1e-14)
        #expect(abs(try Correlation.kendall(Self.p, Self.r) - 0.9063269671749657) < 1e-14)
        #expect(abs(try Correlation.kendall(Self.q, Self.r) - 0.6698938453032356) < 1e-14)
        #expect(abs(try Correlation.kendall(Self.r, Self.s) - 0.4347826086956522) < 1e-14)
    }

    @Test("both agree on 500 pairs with ties")
    func many() throws {
        let x = (0..<500).map { (index: Int) in Double(index * 7919 % 1009 / 3) }
        let y = (0..<500).map { (index: Int) -> Double in
            let noise = index * 104_729 % 997 / 10
            return Double(noise + index / 5)
        }
        #expect(abs(try Correlation.kendall(x, y) - -0.0049340368824654255) < 1e-14)
        #expect(abs(try Correlation.spearman(x, y) - -0.006793232612118979) < 1e-14)
    }

    @Test("Kendall equals counting all pairs", arguments: 0..<10)
    func allPairs(_ seed: UInt64) throws {
        var draws = RandomStream(seed: seed, "kendall test")
        let count = 2 + draws.below(40)
        let x = (0..<count).map { _ in Double(draws.below(8)) }
        let y = (0..<count).map { _ in Double(draws.below(8)) }
        var (balance, pairsX, pairsY) = (0.0, 0.0, 0.0)
        for i in 0..<count {
            for j in 0..<i {
                let dx = (x[i] - x[j]).signumOrZero
                let dy = (y[i] - y[j]).signumOrZero
                balance += dx * dy
                pairsX += dx * dx
                pairsY += dy * dy
            }
        }
        let expected = balance / (pairsX * pairsY).squareRoot()
        let value = try Correlation.kendall(x, y)
        #expect(abs(value - expected) < 1e-12 || (value.isNaN && expected.isNaN))
    }

    @Test("give the linear datamodelling score of dattri's closed form")
    func linearDatamodelling() throws {
        // Scores of three training examples for two tests, summed over the subsets {0, 1}, {0, 2},
        // {1, 2}, against what training on each subset gave.
        let first = try Correlation.spearman([0.1 + 0.2, 0.1 + 0.3, 0.2 + 0.3], [0.3, 0.4, 0.5])
        #expect(abs(first - 1) < 1e-15)
        let second = try Correlation.spearman([0.2 + 0.1, 0.2 + 0.3, 0.1 + 0.3], [0.3, 0.4, 0.3])
        #expect(abs(second - 0.8660254037844387) < 1e-15)
    }

    @Test("are NaN for a column without order")
    func constant() throws {
        #expect(try Correlation.spearman([1, 1, 1], [1, 2, 3]).isNaN)
        #expect(try Correlation.kendall([1, 2, 3], [5, 5, 5]).isNaN)
    }

    @Test("refuse broken columns")
    func broken() {
        #expect(throws: DetectionError.self) { try Correlation.spearman([1, 2], [1]) }
        #expect(throws: DetectionError.tooFewPairs(1)) { try Correlation.kendall([1], [1]) }
        #expect(throws: DetectionError.notANumber(index: 1)) {
            try Correlation.kendall([1, 2], [1, .nan])
        }
    }
}

extension Double {
    /// −1, 0 or 1.
    fileprivate var signumOrZero: Double { self > 0 ? 1 : (self < 0 ? -1 : 0) }
}
