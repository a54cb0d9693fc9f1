import Testing

@testable import NightjarData

@Suite("NumPy's older generator and murmur3")
struct MersenneTwisterTests {
    @Test("draws NumPy's first word for seed 0")
    func first() {
        var twister = MersenneTwister(seed: 0)
        #expect(twister.next() == 2_357_136_044)
    }

    @Test("draws the C++ standard's 10,000th word for seed 5489")
    func tenThousandth() {
        var twister = MersenneTwister(seed: 5489)
        for _ in 1..<10_000 { _ = twister.next() }
        #expect(twister.next() == 4_123_659_995)
    }

    @Test(
        "draws the hash seeds of two studies",
        arguments: [
            (UInt32(72), UInt32(458_437_080), UInt32(4_284_282_643)),
            (100, 2_333_906_440, 2_882_591_512),
        ])
    func hashSeeds(_ seed: UInt32, _ first: UInt32, _ second: UInt32) {
        var twister = MersenneTwister(seed: seed)
        #expect(twister.hashSeed() == first)
        #expect(twister.hashSeed() == second)
    }

    @Test(
        "hashes integers to published values",
        arguments: [
            (Int32(3), UInt32(0), UInt32(847_579_505)), (3, 42, 2_471_885_347),
            (1, 458_437_080, 4_278_530_634), (2, 458_437_080, 1_683_984_392),
            (3, 458_437_080, 664_110_746), (4, 458_437_080, 2_231_609_410),
            (8, 458_437_080, 2_766_885_802), (13, 458_437_080, 1_116_784_017),
        ])
    func hash(_ value: Int32, _ seed: UInt32, _ expected: UInt32) {
        #expect(murmur3(value, seed: seed) == expected)
    }
}
