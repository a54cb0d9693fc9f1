import Foundation
import Testing

@testable import NightjarREPL

@Suite("Plain lines")
struct PlainReaderTests {
    @Test("come as they are, with any line ends, also without a last one")
    func lines() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("one\r\n\ntwo\u{FF}é\nlast".utf8))
        try pipe.fileHandleForWriting.close()
        var prompts: [String] = []
        var reader = PlainReader(pipe.fileHandleForReading.fileDescriptor) { prompts.append($0) }
        var lines: [InputLine] = []
        for number in 1...6 { lines.append(reader.readLine(prompt: "\(number)")) }
        #expect(
            lines == [.text("one"), .text(""), .text("two\u{FF}é"), .text("last"), .end, .end])
        #expect(prompts == ["1", "2", "3", "4", "5", "6"])
    }

    @Test("may be longer than a block, and hold any bytes")
    func long() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        try (Data(repeating: 0x61, count: 200_000) + Data([0xFF, 0x0A, 0x62])).write(to: file)
        let handle = try FileHandle(forReadingFrom: file)
        var reader = PlainReader(handle.fileDescriptor) { _ in }
        #expect(
            reader.readLine(prompt: "")
                == .text(String(repeating: "a", count: 200_000) + "\u{FFFD}"))
        #expect(reader.readLine(prompt: "") == .text("b"))
        #expect(reader.readLine(prompt: "") == .end)
    }
}
