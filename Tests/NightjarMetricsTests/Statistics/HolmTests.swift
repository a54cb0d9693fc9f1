import Testing

@testable import NightjarMetrics

@Suite("Holm's correction")
struct HolmTests {
    @Test("multiplies the smallest by their number, the next by one less, and never descends")
    func steps() throws {
        let adjusted = try Holm.adjusted([0.01, 0.04, 0.03, 0.005])
        for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) {
            #expect(abs(value - expected) < 1e-15)
        }
    }

    @Test("never exceeds 1 and leaves a single p-value alone")
    func limits() throws {
        #expect(try Holm.adjusted([0.9, 0.8]) == [1, 1])
        #expect(try Holm.adjusted([0.04]) == [0.04])
        #expect(try Holm.adjusted([]) == [])
    }

    @Test("refuses what is no p-value", arguments: [-0.1, 1.1, Double.nan])
    func broken(_ value: Double) {
        #expect(throws: StatisticsError.self) { try Holm.adjusted([0.5, value]) }
    }
}
