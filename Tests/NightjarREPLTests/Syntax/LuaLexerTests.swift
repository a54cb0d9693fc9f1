import Testing

@testable import NightjarREPL

@Suite("Lua tokens")
struct LuaLexerTests {
    private func words(_ text: String) -> [String] {
        let text = Array(text)
        return LexedForm(text).tokens.map { String(text[$0.range]) }
    }

    @Test("are cut as Lua cuts them")
    func cuts() {
        #expect(
            words("local x<const> =a.b:c(1)..'d'//2 --e")
                == [
                    "local", "x", "<", "const", ">", "=", "a", ".", "b", ":", "c", "(", "1", ")",
                    "..", "'d'", "//", "2", "--e",
                ])
        #expect(words("0xA.8p-3 1e+5 3..2 .5") == ["0xA.8p-3", "1e+5", "3..2", ".5"])
        #expect(words("[[a]b]] [==[ ]] ]==] x") == ["[[a]b]]", "[==[ ]] ]==]", "x"])
        #expect(words("--[[ a\nb ]] c --d\ne") == ["--[[ a\nb ]]", "c", "--d", "e"])
        #expect(words("'a\\'b' \"c\\z \n d\" e") == ["'a\\'b'", "\"c\\z \n d\"", "e"])
        #expect(words("...<=::>>") == ["...", "<=", "::", ">>"])
        #expect(words("é漢x") == ["é", "漢", "x"])
    }

    @Test(
        "tell what is not closed",
        arguments: [
            ("'abc", true), ("'abc'", false), ("\"a\n", true), ("[[ a", true), ("[==[ ]]", true),
            ("--[[ a", true), ("'a\\", true), ("'a\\'", true),
        ])
    func open(_ text: String, _ isOpen: Bool) {
        #expect(LexedForm(Array(text)).tokens.first?.isOpen == isOpen)
    }

    @Test("cover any text without overlap")
    func anything() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [
            "'", "\"", "[", "=", "]", "-", "\\", "z", "\n", " ", "0x", "1e", ".", "é", "a",
        ]
        for _ in 0..<3_000 {
            let text = Array(
                (0..<15).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
            var end = 0
            for token in LexedForm(text).tokens {
                #expect(token.range.lowerBound >= end && !token.range.isEmpty)
                let gap = text[end..<token.range.lowerBound]
                #expect(!gap.contains { !$0.isWhitespace })
                end = token.range.upperBound
            }
            #expect(end <= text.count)
        }
    }
}
