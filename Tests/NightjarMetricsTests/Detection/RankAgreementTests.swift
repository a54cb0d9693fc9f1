import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Rank agreement of columns")
struct RankAgreementTests {
    @Test("agrees with dattri's example of the linear datamodelling score")
    func dattri() throws {
        // Scores .1 .2 .3 and .2 .1 .3, summed over the pairs 01, 02 and 12.
        let agreement = try RankAgreement(
            [[0.3, 0.4, 0.5], [0.3, 0.5, 0.4]], [[0.3, 0.4, 0.5], [0.3, 0.4, 0.3]])
        #expect(abs(agreement.perColumn[0] - 1) < 1e-15)
        #expect(abs(agreement.perColumn[1] - 0.8660254037844387) < 1e-15)
        #expect(agreement.pValues[0] < 1e-7)
        #expect(abs(agreement.pValues[1] - 0.3333333333333333) < 1e-12)
        #expect(abs(agreement.mean - 0.9330127018922193) < 1e-15)
    }

    @Test("leaves out columns without an order")
    func noOrder() throws {
        let agreement = try RankAgreement(
            [[1, 2, 3], [1, 1, 1], [3, 2, 1]], [[1, 2, 3], [1, 2, 3], [1, 2, 3]])
        #expect((agreement.mean, agreement.skipped) == (0, 1))
        let blind = try RankAgreement([[1, 1]], [[1, 2]])
        #expect(blind.mean.isNaN)
        #expect(throws: StatisticsError.tooFew("columns with an order", needed: 2, found: 0)) {
            try blind.interval(Bootstrap(resamples: 10))
        }
    }

    @Test("gives a resample with repeated rows the correlation of the repeated rows")
    func repeatedRows() throws {
        // Two equal columns have one ρ in each resample: that of one of 27 lists of rows, whose
        // extremes are the ends of a wide interval.
        let (x, y): ([Double], [Double]) = ([1, 2, 3], [2, 1, 3])
        var means: Set<Double> = []
        for a in 0..<3 {
            for b in 0..<3 {
                for c in 0..<3 {
                    let rows = [a, b, c]
                    let rho = try Correlation.spearman(rows.map { x[$0] }, rows.map { y[$0] })
                    if !rho.isNaN { means.insert((rho * 1e9).rounded()) }
                }
            }
        }
        let interval = try RankAgreement([x, x], [y, y])
            .interval(Bootstrap(resamples: 2000, level: 0.9999))
        #expect((interval.lower * 1e9).rounded() == means.min())
        #expect((interval.upper * 1e9).rounded() == means.max())
    }

    @Test("has the same interval on any number of threads")
    func threads() throws {
        let (predicted, observed) = Self.tables(columns: 12, rows: 10, seed: 3, shared: true)
        let agreement = try RankAgreement(predicted, observed)
        let bootstrap = try Bootstrap(resamples: 300)
        let interval = try agreement.interval(bootstrap)
        var alone: [Interval] = []
        try Workers.sideBySide(2) { job throws in
            if job == 0 { alone.append(try agreement.interval(bootstrap)) }
        }
        #expect(alone == [interval])
    }

    /// Noise in which all columns of a table may share most of their row pattern.
    private static func tables(
        columns: Int, rows: Int, seed: UInt64, shared: Bool
    ) -> ([[Double]], [[Double]]) {
        var draws = RandomStream(seed: seed, "rank agreement test")
        func table() -> [[Double]] {
            let pattern = (0..<rows).map { _ in draws.normal() }
            return (0..<columns).map { _ in
                pattern.map { (shared ? $0 : 0) + 0.3 * draws.normal() }
            }
        }
        return (table(), table())
    }

    @Test("of noise leaves 0 in its interval, although all columns share a chance pattern of rows")
    func honesty() throws {
        var (misses, missesOfColumns) = (0, 0)
        for seed in UInt64(0)..<30 {
            let (predicted, observed) = Self.tables(columns: 20, rows: 20, seed: seed, shared: true)
            let agreement = try RankAgreement(predicted, observed)
            let bootstrap = try Bootstrap(resamples: 100, seed: seed)
            if try agreement.interval(bootstrap).excludes(0) { misses += 1 }
            if try agreement.interval(bootstrap, over: .columns).excludes(0) {
                missesOfColumns += 1
            }
        }
        // One or two are expected; an interval over columns alone takes most chance patterns for skill.
        #expect(misses <= 5)
        #expect(missesOfColumns >= 20)
    }

    @Test("keeps columns of a cluster together")
    func clusters() throws {
        let (predicted, observed) = Self.tables(columns: 6, rows: 8, seed: 5, shared: false)
        let agreement = try RankAgreement(predicted, observed)
        let bootstrap = try Bootstrap(resamples: 500)
        let apart = try agreement.interval(bootstrap, over: .columns)
        let twice = try RankAgreement(predicted + predicted, observed + observed)
        let together = try twice.interval(
            bootstrap, over: .columns, clusters: [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6])
        #expect(abs(together.lower - apart.lower) < 1e-12)
        #expect(abs(together.upper - apart.upper) < 1e-12)
        #expect(throws: DetectionError.lengths("columns", 6, "clusters", 1)) {
            try agreement.interval(bootstrap, clusters: [1])
        }
    }

    @Test("refuses tables that do not match")
    func broken() {
        #expect(throws: DetectionError.lengths("predicted columns", 1, "observed columns", 2)) {
            try RankAgreement([[1, 2]], [[1, 2], [1, 2]])
        }
        #expect(throws: DetectionError.lengths("values", 2, "values of another column", 3)) {
            try RankAgreement([[1, 2], [1, 2, 3]], [[1, 2], [1, 2, 3]])
        }
        #expect(throws: DetectionError.tooFewPairs(1)) { try RankAgreement([[1]], [[1]]) }
        #expect(throws: DetectionError.notANumber(index: 1)) {
            try RankAgreement([[1, .nan]], [[1, 2]])
        }
    }
}
