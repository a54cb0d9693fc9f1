import Testing

@testable import NightjarREPL

@Suite("Columns of text")
struct DisplayWidthTests {
    @Test(
        "count what terminals draw",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한글", 4), ("ｆ", 2),
            ("🙂", 2), ("🇩🇪", 2), ("👩‍🔬", 2), ("❤️", 2), ("❤", 1), ("\u{200B}", 0), ("\t", 0),
            ("─", 1), ("…", 1), ("ﾊ", 1), ("\u{1100}\u{1161}", 2),
        ])
    func samples(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test("agree with the C library on nearly all characters of all languages")
    func library() {
        var differences: [UInt32] = []
        var compared = 0
        for value in UInt32(0x20)...0x2FFFF {
            guard let scalar = Unicode.Scalar(value),
                scalar.properties.generalCategory != .unassigned
            else { continue }
            let expected = CLibrary.width(scalar)
            guard expected >= 0 else { continue }
            compared += 1
            if DisplayWidth.of(Character(scalar)) != expected { differences.append(value) }
        }
        #expect(compared > 140_000)
        // The two know different versions of Unicode, and disagree on signs such as soft hyphens.
        #expect(differences.count * 1_000 < compared, "\(differences.prefix(50))")
    }
}
