import LuaHost
import Testing

@testable import NightjarREPL

@Suite("Text for a terminal")
struct PrintableTextTests {
    @Test(
        "is quoted so that the terminal obeys none of it",
        arguments: [
            (Array("a\u{1B}[31m\"\\".utf8), #""a\27[31m\"\\""#),
            (Array("\u{0}1\u{7}x".utf8), #""\0001\7x""#), ([0x80, 0x31, 0xFF], #""\1281\255""#),
            (Array("\u{9B}31m\u{202E}é日🙂".utf8), #""\u{9b}31m\u{202e}é日🙂""#),
            ([0xE6, 0x97], #""\230\151""#), ([0xED, 0xA0, 0x80], #""\237\160\128""#), ([], #""""#),
        ])
    func quoted(_ bytes: [UInt8], _ expected: String) {
        #expect(PrintableText.quoted(bytes) == expected)
    }

    @Test("is quoted as Lua reads it again, whatever the bytes")
    func readable() throws {
        let state = try LuaState()
        var bytes = (0...255).map { UInt8($0) }
        bytes += bytes.reversed() + Array("0\u{9B}1\u{2028}é".utf8)
        for byte: UInt8 in 0...255 { bytes += [byte, 0x35] }
        let value = try state.evaluate(PrintableText.quoted(bytes)).first
        guard case .string(let string) = value else {
            Issue.record("no string")
            return
        }
        #expect(string.bytes == bytes)
    }

    @Test("keeps its lines, and shows what would act")
    func visible() {
        #expect(PrintableText.visible("a\n\tb é") == "a\n\tb é")
        #expect(PrintableText.visible("\u{1B}]0;x\u{7}\r\u{9B}m") == #"\27]0;x\7\13\u{9b}m"#)
    }
}
