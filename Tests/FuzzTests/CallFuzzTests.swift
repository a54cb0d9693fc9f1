import Foundation
import LuaHost
import Testing

/// Random calls of everything that is declared or found, so of what is there tomorrow too.
@Suite("Random calls")
struct CallFuzzTests {
    @Test("of every function, property and metamethod trap, hang and leak nothing")
    func everything() throws {
        let modules = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../stdlib").standardized.path
        let run = try FuzzRun.ofMany("calls", 200_000, ["calls", "--modules", modules])
        #expect(run.isWhole && run.status == 0, "\(run.output)")
        #expect(run.output.contains(" past their checks, "), "\(run.output)")
        let found = try #require(
            run.output.firstMatch(of: #/ of (\d+) other functions, (\d+) of them of modules/#))
        #expect((Int(found.1) ?? 0) > 100 && (Int(found.2) ?? 0) > 0, "\(run.output)")
    }

    @Test(
        "find a defect of each kind, and tell the call",
        arguments: [
            ("trap", "planted.trap(", "the process dies in"),
            ("hang", "planted.hang(", "no way back from"),
            ("leak", "round 0", "bytes of tensors outlive their state"),
        ])
    func planted(_ defect: String, _ place: String, _ problem: String) throws {
        let run = try FuzzRun([
            "calls", "--planted", defect, "--calls", "1000", "--patience", "0.5",
        ])
        try run.removeRecord()
        #expect(!run.isWhole || run.status != 0)
        #expect(run.output.contains(place), "\(run.output)")
        #expect(run.output.contains(problem), "\(run.output)")
    }

    @Test(
        "repeat themselves from their seed, and are recorded as one script",
        arguments: [3, 5])
    func repeatable(_ round: Int) throws {
        let records = try (0..<2).map { _ in
            try FuzzRun(["calls", "--seed", "5", "--round", "\(round)", "--print-record"]).output
        }
        #expect(records[0] == records[1])
        #expect(records[0].split(separator: "\n").count { $0.hasPrefix("try(") } == 1000)
        // Those of a third of the rounds stand in the middle of a training pass.
        #expect(records[0].contains("\ninside(function()\n") == (round == 5))
        #expect(throws: Never.self) { try LuaState().load(records[0]) }
    }
}
