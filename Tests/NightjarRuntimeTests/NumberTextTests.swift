import Testing

@testable import NightjarRuntime

@Suite("Numbers as text")
struct NumberTextTests {
    @Test("with fixed decimals are rounded as C does, however large")
    func fixed() {
        #expect(NumberText.fixed(0.02376, digits: 4) == "0.0238")
        #expect(NumberText.fixed(-1.5, digits: 0) == "-2")
        #expect(NumberText.fixed(.nan, digits: 2) == "nan")
        #expect(NumberText.fixed(.infinity, digits: 2) == "inf")
        #expect(
            NumberText.fixed(.greatestFiniteMagnitude, digits: 500).utf8.count == 309 + 1 + 80)
        #expect(NumberText.fixed(1, digits: .min) == "1")
    }

    @Test("with powers of ten and with significant digits are C's, too")
    func others() {
        #expect(NumberText.powers(-0.000123456, digits: 3) == "-1.235e-04")
        #expect(NumberText.significant(0.00042, digits: 4) == "0.00042")
        #expect(NumberText.significant(123456, digits: 4) == "1.235e+05")
    }
}
