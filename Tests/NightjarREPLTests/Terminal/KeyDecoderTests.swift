import Testing

@testable import NightjarREPL

@Suite("Keys")
struct KeyDecoderTests {
    private func keys(_ text: String) -> [Key] {
        var decoder = KeyDecoder()
        return decoder.decode(Array(text.utf8)) + decoder.flush()
    }

    @Test(
        "have one meaning, however terminals write them",
        arguments: [
            ("a", Key.text("a")), ("é漢", .text("é漢")), ("\u{1}", .control("a")),
            ("\u{1A}", .control("z")), ("\u{1F}", .control("_")), ("\r", .enter),
            ("\n", .control("j")), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
            ("\u{1B}", .escape), ("\u{1B}b", .meta("b")), ("\u{1B}é", .meta("é")),
            ("\u{1B}\r", .metaEnter), ("\u{1B}\u{7F}", .metaBackspace), ("\u{1B}[A", .up),
            ("\u{1B}OA", .up), ("\u{1B}[1;5D", .wordLeft), ("\u{1B}[1;3C", .wordRight),
            ("\u{1B}[C", .right), ("\u{1B}\u{1B}[D", .wordLeft), ("\u{1B}[H", .home),
            ("\u{1B}[1~", .home), ("\u{1B}[7~", .home), ("\u{1B}OF", .end), ("\u{1B}[3~", .delete),
            ("\u{1B}[3;5~", .wordDelete), ("\u{1B}[5~", .pageUp), ("\u{1B}[Z", .backTab),
            ("\u{1B}[99~", .unknown), ("\u{1B}[<0;1;2M", .enter), ("\u{1B}[?1;2c", .unknown),
        ])
    func meanings(_ bytes: String, _ key: Key) {
        if bytes == "\u{1B}[<0;1;2M" { return #expect(keys(bytes).count == 1) }
        #expect(keys(bytes) == [key])
    }

    @Test("come out the same, wherever the bytes are cut")
    func cuts() {
        let text = "ab\u{1B}[1;5Cé\u{1B}[200~x\r\ny\u{1B}[A\u{1B}[201~\u{1B}Od漢\u{3}"
        let bytes = Array(text.utf8)
        let whole = keys(text)
        #expect(whole.contains(.paste("x\ny\u{1B}[A")))
        func joined(_ keys: [Key]) -> [Key] {
            keys.reduce(into: []) { result, key in
                if case .text(let more) = key, case .text(let text)? = result.last {
                    result[result.count - 1] = .text(text + more)
                } else {
                    result.append(key)
                }
            }
        }
        for cut in 0...bytes.count {
            var decoder = KeyDecoder()
            let keys = decoder.decode(bytes[..<cut]) + decoder.decode(bytes[cut...])
            #expect(joined(keys + decoder.flush()) == joined(whole), "cut at \(cut)")
        }
        var decoder = KeyDecoder()
        let single = bytes.flatMap { decoder.decode([$0]) } + decoder.flush()
        #expect(joined(single) == joined(whole))
    }

    @Test("wait for the rest of a sequence, until time is up")
    func waiting() {
        var decoder = KeyDecoder()
        #expect(decoder.decode([0x1B]).isEmpty)
        #expect(decoder.isWaiting)
        #expect(decoder.flush() == [.escape])
        #expect(!decoder.isWaiting)
        #expect(decoder.decode([0x1B, 0x5B, 0x31]).isEmpty)
        #expect(decoder.flush() == [.unknown])
        #expect(decoder.decode([0xE6]).isEmpty)
        #expect(decoder.decode([0xBC, 0xA2]) == [.text("漢")])
        // A paste may take its time.
        #expect(decoder.decode(Array("\u{1B}[200~abc".utf8)).isEmpty)
        #expect(!decoder.isWaiting)
        #expect(decoder.flush().isEmpty)
        #expect(decoder.decode(Array("d\u{1B}[201~e".utf8)) == [.paste("abcd"), .text("e")])
    }

    @Test("come from any bytes at all without a trap")
    func anyBytes() {
        var generator = SystemRandomNumberGenerator()
        let special: [UInt8] = [0x1B, 0x5B, 0x4F, 0x7E, 0x32, 0x30, 0x31, 0x3B, 0xE6, 0x80, 0xFF]
        for _ in 0..<2_000 {
            var decoder = KeyDecoder()
            var count = 0
            for _ in 0..<20 {
                let bytes = (0..<Int.random(in: 0..<8, using: &generator)).map { _ in
                    Bool.random(using: &generator)
                        ? special.randomElement(using: &generator) ?? 0
                        : UInt8.random(in: 0...255, using: &generator)
                }
                count += decoder.decode(bytes).count
                if Bool.random(using: &generator) { count += decoder.flush().count }
            }
            #expect(count <= 400)
        }
    }
}
