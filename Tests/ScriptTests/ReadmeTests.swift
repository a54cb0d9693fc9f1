import Foundation
import Testing

@Suite("The dialogue of the README")
struct ReadmeTests {
    /// The lines of the block that starts with the banner.
    private static func dialogue() throws -> ArraySlice<String> {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "README.md")
        let lines = try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex { $0.hasPrefix("nj> ") })
        let end = try #require(lines[start...].firstIndex { $0 == "```" })
        return lines[start..<end]
    }

    private static func isInput(_ line: String) -> Bool {
        line.hasPrefix("nj> ") || line.hasPrefix("... ")
    }

    /// A line without its numbers, which depend on the machine, and so do the examples that an
    /// explanation names.
    private static func shape(_ line: String) -> String {
        if line.firstMatch(of: /^\ +[+-]\d/) != nil { return "score example" }
        return line.replacing(/[\d,.]*\d/, with: "#").replacing(/\ +/, with: " ")
    }

    @Test("is what the prompt shows")
    func isTrue() throws {
        let folder = try ScriptFolder()
        let lines = try Self.dialogue()
        let process = try NightjarProcess([], in: folder.path)
        for line in lines.filter(Self.isInput) {
            // Fewer epochs show the same but for the numbers.
            try process.type(
                line.dropFirst(4).replacing("epochs = 8", with: "epochs = 2")
                    .replacing("every = 4", with: "every = 2") + "\n")
        }
        let errors = try process.expectEnd(status: 1)
        let shown = (process.seen + errors).split(separator: "\n").map { Self.shape(String($0)) }
        let promised = lines.filter { !Self.isInput($0) }.map(Self.shape)
        #expect(promised.count > 20)
        for (shown, promised) in zip(shown, promised) { #expect(shown == promised) }
        #expect(shown.count == promised.count)
    }
}
