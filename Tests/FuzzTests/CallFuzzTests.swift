import LuaHost
import Testing

/// Random calls of everything that is declared, so of what is declared tomorrow too.
///
/// `NIGHTJAR_FUZZ_CALLS` and `NIGHTJAR_FUZZ_SEED` in the environment give more calls and other ones;
/// `.build/debug/nightjar-fuzz calls --help` tells how to repeat one round.
@Suite("Random calls")
struct CallFuzzTests {
    @Test("of every function, property and metamethod trap, hang and leak nothing")
    func everything() throws {
        let run = try FuzzRun([
            "calls", "--calls", FuzzRun.setting("NIGHTJAR_FUZZ_CALLS", 200_000),
            "--seed", FuzzRun.setting("NIGHTJAR_FUZZ_SEED", 1),
        ])
        #expect(run.isWhole && run.status == 0, "\(run.output)")
        #expect(run.output.contains(" past their checks, "), "\(run.output)")
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
