import Foundation
import Testing

@testable import NightjarREPL

@Suite("History")
struct HistoryTests {
    /// A file in a folder of its own that does not exist yet.
    private final class TemporaryFile {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        var path: String { folder.appending(path: "state/history").path }

        deinit { try? FileManager.default.removeItem(at: folder) }
    }

    @Test("keeps entries worth keeping, each once in a row")
    func adding() {
        var history = History()
        let kept = ["a", "a", " \n", "b", "a"].map { history.add($0) }
        #expect(kept == [true, false, false, true, true])
        #expect(history.entries == ["a", "b", "a"])
    }

    @Test("reads earlier entries when they are needed first, and once")
    func lazily() {
        var reads = 0
        var history = History(earlier: {
            reads += 1
            return ["old"]
        })
        #expect(reads == 0)
        let kept = [history.add("old"), history.add("new")]
        #expect(kept == [false, true])
        history.prepare()
        #expect(history.entries == ["old", "new"])
        #expect(reads == 1)
    }

    @Test("on disk gives back what was put in, line ends and all")
    func roundTrip() throws {
        let file = TemporaryFile()
        let history = HistoryFile(path: file.path)
        #expect(history.load().isEmpty)
        let entries = ["one", "f(\n  '\\n\\\\'\n)", "é漢", "\\", "a\\nb"]
        for entry in entries { try history.append(entry) }
        #expect(history.load() == entries)
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.split(separator: "\n").count == entries.count)
    }

    @Test("belongs to the user alone")
    func permissions() throws {
        let file = TemporaryFile()
        try HistoryFile(path: file.path).append("secret")
        for path in [file.path, file.folder.appending(path: "state").path] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            #expect((mode as? Int).map { $0 & 0o077 } == 0)
        }
    }

    @Test("loses nothing when several sessions write at once")
    func sharing() async throws {
        let file = TemporaryFile()
        let path = file.path
        let long = String(repeating: "x", count: 3_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for session in 0..<4 {
                group.addTask {
                    for number in 0..<100 {
                        try HistoryFile(path: path).append("\(session) \(number)\n\(long)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let entries = HistoryFile(path: path).load()
        for session in 0..<4 {
            let own = entries.filter { $0.hasPrefix("\(session) ") }
            #expect(own.last == "\(session) 99\n\(long)")
            let numbers = own.compactMap { entry in
                entry.split(separator: "\n")[0].split(separator: " ").last.flatMap { Int($0) }
            }
            #expect(numbers == Array(100 - own.count..<100))
        }
        // 400 entries of 3 kB are more than what is read.
        #expect((300...400).contains(entries.count))
    }

    @Test("of a long file is read from its end, quickly, and without half an entry")
    func cap() throws {
        let file = TemporaryFile()
        try HistoryFile(path: file.path).append("first")
        let lines = (0..<300_000).map { "entry \($0)\n" }.joined()
        try lines.write(toFile: file.path, atomically: true, encoding: .utf8)
        let entries = HistoryFile(path: file.path).load()
        #expect(entries.count == 10_000)
        #expect(entries.first == "entry 290000" && entries.last == "entry 299999")
    }

    @Test("that cannot be written says why")
    func failure() {
        #expect(throws: (any Error).self) {
            try HistoryFile(path: "/proc/none/history").append("x")
        }
    }

    @Test("is walked among the entries that begin as the draft")
    func walk() {
        let history = History(["ab", "x", "ac", "ac2"])
        var walk = HistoryWalk(history, draft: "a")
        var seen: [String?] = []
        for _ in 0..<4 { seen.append(walk.older(in: history, than: walk.recalled ?? "a")) }
        #expect(seen == ["ac2", "ac", "ab", nil])
        seen = []
        for _ in 0..<4 { seen.append(walk.newer(in: history, than: walk.recalled ?? "a")) }
        #expect(seen == ["ac", "ac2", "a", nil])
    }
}
