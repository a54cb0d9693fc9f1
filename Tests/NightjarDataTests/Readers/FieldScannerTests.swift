import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Numbers out of bytes")
struct FieldScannerTests {
    /// What a scanner reads at the start of `text`, and what is left of the line.
    private func scan<Value>(
        _ text: String, _ read: (inout FieldScanner) -> Value?
    ) -> (value: Value?, rest: String) {
        let bytes = Array("\(text)\n".utf8)
        return bytes.withUnsafeBufferPointer { bytes in
            guard var scanner = FieldScanner(bytes, at: 0, .commas) else { return (nil, "") }
            let value = read(&scanner)
            return (value, String(decoding: bytes[scanner.offset...].dropLast(), as: UTF8.self))
        }
    }

    @Test(
        "ratings are the nearest single-precision numbers",
        arguments: [
            "0", "5", "4.5", "-3", "0.1", "16777217", "16777216.5", "3.14159274101257324",
            "1e-3", "2.5E2", "+4", ".5", "5.", "123456789012345678901234567890", "1e-46",
            "0.30000001",
            "8388608.5", "999999.9999999", "1.17549421e-38",
        ])
    func ratings(_ text: String) throws {
        let expected = try #require(Float(text))
        #expect(scan(text) { $0.rating() } == (expected, ""))
    }

    @Test("a thousand random decimals agree with the standard library to the bit")
    func randomRatings() throws {
        var random = RandomStream(seed: 3, "decimals")
        for _ in 0..<1_000 {
            let whole = random.below(random.bernoulli(0.5) ? 100 : 1 << 30)
            let fraction = String(random.below(1 << random.below(40)))
            let text = "\(random.bernoulli(0.2) ? "-" : "")\(whole).\(fraction)"
            let expected = try #require(Float(text))
            let found = try #require(scan(text) { $0.rating() }.value)
            #expect(found.bitPattern == expected.bitPattern, "\(text)")
        }
    }

    @Test(
        "what is no finite number is no rating",
        arguments: ["", "x", "nan", "inf", "1e400", "-", "1e", "0x10", "--1", " 1", "1.2.3", "1-2"])
    func badRatings(_ text: String) {
        let (value, rest) = scan(text) { $0.rating() }
        #expect(value == nil || !rest.isEmpty)
    }

    @Test("ids are integers up to the largest Int32, spelled one way")
    func ids() {
        #expect(scan("0,") { $0.id() } == (0, ","))
        #expect(scan("2147483647") { $0.id() } == (2_147_483_647, ""))
        for text in ["2147483648", "99999999999999999999", "-1", "+1", "007", "", "x", "00"] {
            #expect(scan(text) { $0.id() }.value == nil, "\(text)")
        }
    }

    @Test("times are whole seconds of years with four digits")
    func instants() {
        for (text, expected) in [
            ("881250949", 881_250_949), ("-1", -1), ("8.81250949E8", 881_250_949), ("1.9", 1),
            ("-1.5", -2), ("253402300799", 253_402_300_799),
        ] as [(String, Int64)] {
            #expect(scan(text) { $0.instant(in: .seconds) } == (expected, ""))
        }
        #expect(scan("1500000000999") { $0.instant(in: .milliseconds) } == (1_500_000_000, ""))
        #expect(scan("-1") { $0.instant(in: .milliseconds) } == (-1, ""))
        for text in ["253402300800", "1e30", "nan", "", "1500000000999"] {
            #expect(scan(text) { $0.instant(in: .seconds) }.value == nil, "\(text)")
        }
    }

    @Test("texts end at the separator, quoted ones at their quote")
    func texts() throws {
        let file = try SourceFile(path: "t", bytes: Array("a b,\"c, \"\"d\"\"\",,é\r\n".utf8))
        #expect(file.fields(at: 0, .commas) == ["a b", "c, \"d\"", "", "é"])
        let dat = try SourceFile(path: "t", bytes: Array("1::Star Wars: IV::Sci-Fi".utf8))
        #expect(dat.fields(at: 0, .doubleColons) == ["1", "Star Wars: IV", "Sci-Fi"])
        let open = try SourceFile(path: "t", bytes: Array("a,\"b\nc\",d".utf8))
        #expect(open.fields(at: 0, .commas) == nil)
    }
}
