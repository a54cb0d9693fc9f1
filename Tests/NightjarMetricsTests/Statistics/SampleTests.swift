import Testing

@testable import NightjarMetrics

@Suite("Samples")
struct SampleTests {
    @Test("have the mean and the standard deviation with divisor n - 1")
    func moments() throws {
        let sample = try Sample([2, 4, 4, 4, 5, 5, 7, 9])
        #expect(sample.mean == 5)
        #expect(abs(sample.standardDeviation - (32.0 / 7).squareRoot()) < 1e-15)
        #expect(try Sample([3]).standardDeviation.isNaN)
        #expect(try Sample([]).mean.isNaN)
    }

    @Test("leave out examples without a value, with their cluster, and count them")
    func holes() throws {
        let sample = try Sample([1, .nan, 3, .nan, 8], clusters: [7, 7, 7, 9, 2])
        #expect(sample.values == [1, 3, 8])
        #expect(sample.skipped == 2)
        #expect(sample.unitCount == 2)
        #expect(sample.unitMeans == [2, 8])
        #expect(sample.mean == 4)
        #expect(sample.sizeInWords == "3 values in 2 clusters")
    }

    @Test("of differences need both values")
    func differences() throws {
        let sample = try Sample([3, .nan, 5, 1], minus: [1, 1, .nan, 1])
        #expect(sample.values == [2, 0])
        #expect(sample.skipped == 2)
    }

    @Test("refuse columns of different length, and infinity")
    func broken() {
        #expect(throws: StatisticsError.lengths("values", 2, "clusters", 1)) {
            try Sample([1, 2], clusters: [1])
        }
        #expect(throws: StatisticsError.lengths("values", 1, "baseline values", 2)) {
            try Sample([1], minus: [1, 2])
        }
        #expect(throws: StatisticsError.infinite(index: 1)) { try Sample([1, .infinity]) }
    }
}
