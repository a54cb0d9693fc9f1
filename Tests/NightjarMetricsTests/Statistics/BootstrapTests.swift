import NightjarRuntime
import Testing

@testable import NightjarMetrics

@Suite("Bootstrap")
struct BootstrapTests {
    private func normals(_ count: Int) -> [Double] {
        var draws = RandomStream(seed: 5, "bootstrap test")
        return (0..<count).map { _ in 3 + 2 * draws.normal() }
    }

    @Test("of two values knows their three means and how often each comes")
    func twoValues() throws {
        let sample = try Sample([0, 1])
        let means = try Bootstrap(resamples: 20_000, seed: 2).means(of: sample)
        #expect(Set(means) == [0, 0.5, 1])
        // shares ¼, ½, ¼; four standard deviations of a share over 20,000 draws are 0.0142
        #expect(abs(Double(means.count { $0 == 0.5 }) / 20_000 - 0.5) < 0.0142)
        #expect(abs(Double(means.count { $0 == 0 }) / 20_000 - 0.25) < 0.0142)
        let wide = try Bootstrap(level: 0.95).interval(of: sample)
        #expect((wide.lower, wide.upper) == (0, 1))
        let narrow = try Bootstrap(level: 0.4).interval(of: sample)
        #expect((narrow.lower, narrow.upper) == (0.5, 0.5))
    }

    @Test("of many values agrees with the normal approximation")
    func normalApproximation() throws {
        let sample = try Sample(normals(400))
        let interval = try Bootstrap(resamples: 4000).interval(of: sample)
        let half = 1.96 * sample.standardDeviation / 20
        #expect(abs(interval.lower - (sample.mean - half)) < 0.1 * half)
        #expect(abs(interval.upper - (sample.mean + half)) < 0.1 * half)
        #expect(interval.level == 0.95)
    }

    @Test("draws whole clusters, each weighed by its size")
    func clusters() throws {
        let sample = try Sample([1, 0, 0, 0], clusters: [4, 9, 9, 9])
        let means = try Bootstrap(resamples: 2000).means(of: sample)
        #expect(Set(means) == [0, 0.25, 1])
    }

    @Test("is not fooled by copies of a user's example")
    func copies() throws {
        let values = normals(60)
        let copies = values.flatMap { [$0, $0, $0, $0] }
        let users = (0..<60).flatMap { [Int32](repeating: $0, count: 4) }
        let bootstrap = try Bootstrap(resamples: 1000)
        let honest = try bootstrap.interval(of: Sample(values))
        let clustered = try bootstrap.interval(of: Sample(copies, clusters: users))
        #expect(abs(clustered.lower - honest.lower) < 1e-12)
        #expect(abs(clustered.upper - honest.upper) < 1e-12)
        let naive = try bootstrap.interval(of: Sample(copies))
        let ratio = (honest.upper - honest.lower) / (naive.upper - naive.lower)
        #expect(abs(ratio - 2) < 0.2)  // √4 too narrow
    }

    @Test("depends on the seed and on nothing else")
    func repeatable() throws {
        let sample = try Sample(normals(50))
        let one = try Bootstrap(resamples: 500, seed: 1).means(of: sample)
        #expect(try Bootstrap(resamples: 500, seed: 1).means(of: sample) == one)
        #expect(try Bootstrap(resamples: 500, seed: 2).means(of: sample) != one)
    }

    @Test("interpolates percentiles as numpy does")
    func percentiles() throws {
        // one resample: every percentile is its mean
        let sample = try Sample([1, 2, 3])
        let bootstrap = try Bootstrap(resamples: 1)
        let mean = try bootstrap.means(of: sample)[0]
        let interval = try bootstrap.interval(of: sample)
        #expect((interval.lower, interval.upper) == (mean, mean))
        // two resamples a ≤ b: the 25th and 75th percentiles are a quarter of the way in
        let two = try Bootstrap(resamples: 2, level: 0.5, seed: 3)
        let means = try two.means(of: sample).sorted()
        let quarter = 0.25 * (means[1] - means[0])
        let quartiles = try two.interval(of: sample)
        #expect(abs(quartiles.lower - (means[0] + quarter)) < 1e-12)
        #expect(abs(quartiles.upper - (means[1] - quarter)) < 1e-12)
        #expect(means[0] < means[1])
    }

    @Test("refuses to judge by one user")
    func oneCluster() throws {
        #expect(throws: StatisticsError.tooFew("clusters", needed: 2, found: 1)) {
            try Bootstrap().interval(of: Sample([1, 2, 3], clusters: [1, 1, 1]))
        }
        #expect(throws: StatisticsError.tooFew("values", needed: 2, found: 0)) {
            try Bootstrap().interval(of: Sample([]))
        }
    }

    @Test("refuses impossible options")
    func badOptions() {
        #expect(throws: StatisticsError.self) { try Bootstrap(resamples: 0) }
        #expect(throws: StatisticsError.self) { try Bootstrap(resamples: .max) }
        #expect(throws: StatisticsError.self) { try Bootstrap(level: 1) }
        #expect(throws: StatisticsError.self) { try Bootstrap(level: .nan) }
    }

    @Test("finds a paired difference that separate intervals hide")
    func paired() throws {
        let baseline = normals(100)
        let better = baseline.map { $0 + 0.1 }
        let bootstrap = try Bootstrap(resamples: 500)
        let difference = try PairedDifference(of: better, minus: baseline, bootstrap: bootstrap)
        #expect(abs(difference.mean - 0.1) < 1e-12)
        #expect(difference.interval.excludes(0))
        #expect("\(difference)" == "+0.1000 [0.1000, 0.1000]")
        let one = try bootstrap.interval(of: Sample(better))
        let other = try bootstrap.interval(of: Sample(baseline))
        #expect(one.lower < other.upper)
    }
}

@Suite("Index draws")
struct IndexDrawsTests {
    @Test("are uniform", arguments: [1, 2, 3, 7, 1000])
    func uniform(_ bound: Int) {
        var draws = IndexDraws(from: RandomStream(seed: 1, "index draws"), below: bound)
        var counts = [Int](repeating: 0, count: bound)
        let total = 40 * bound + 1000
        for _ in 0..<total { counts[draws.next()] += 1 }
        let expected = Double(total) / Double(bound)
        let squares = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) }
        let freedom = Double(bound - 1)
        #expect(squares / expected <= freedom + 5 * (2 * freedom).squareRoot())
    }
}
