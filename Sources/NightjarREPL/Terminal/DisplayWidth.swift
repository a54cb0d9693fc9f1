// How many columns of a terminal text takes.

/// Widths of characters, as terminals draw them.
///
/// The C library's `wcwidth` would depend on the locale and knows no clusters such as flags.
enum DisplayWidth {
    /// The columns of one character: 0, 1 or 2; control characters take none.
    static func of(_ character: Character) -> Int {
        if character.isASCII {
            return character.asciiValue.map { $0 < 0x20 || $0 == 0x7F } ?? true ? 0 : 1
        }
        var widest = 0
        for scalar in character.unicodeScalars {
            // Asks for the coloured form of a sign that also has a plain one.
            if scalar.value == 0xFE0F, widest > 0 { widest = 2 }
            widest = max(widest, of(scalar))
        }
        return widest
    }

    /// The columns of text in one line.
    static func of(_ text: some Sequence<Character>) -> Int {
        text.reduce(0) { $0 + of($1) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x300 { return value < 0x20 || (0x7F..<0xA0).contains(value) ? 0 : 1 }
        // Vowels and final consonants that join the Hangul syllable before them.
        if (0x1160...0x11FF).contains(value) { return 0 }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .control, .lineSeparator, .paragraphSeparator:
            return 0
        // Some Arabic signs format what follows, and are seen.
        case .format where properties.isDefaultIgnorableCodePoint: return 0
        default: break
        }
        return properties.isEmojiPresentation || isWide(value) ? 2 : 1
    }

    /// Whether a code point is wide in East Asian typography; emoji are known otherwise.
    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        return wide.contains { $0.contains(value) }
    }

    /// The wide and full-width blocks of Unicode's East Asian Width.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul Jamo
        0x2329...0x232A,  // angle brackets
        0x2E80...0x303E,  // radicals, CJK punctuation
        0x3041...0x33FF,  // kana, Bopomofo, Hangul compatibility, CJK squares
        0x3400...0xA4CF,  // CJK, hexagrams, Yi
        0xA960...0xA97C,  // Hangul Jamo extended
        0xAC00...0xD7A3,  // Hangul syllables
        0xF900...0xFAFF,  // CJK compatibility
        0xFE10...0xFE19, 0xFE30...0xFE6B,  // vertical and small forms
        0xFF01...0xFF60, 0xFFE0...0xFFE6,  // full-width forms
        0x16FE0...0x18D08,  // Tangut, Khitan
        0x1AFF0...0x1B2FB,  // kana supplements, Nushu
        0x1F200...0x1F265,  // enclosed ideographs
        0x20000...0x3FFFD,  // further ideographs
    ]
}
