import Foundation
import Testing

private let python = (ProcessInfo.processInfo.environment["PATH"] ?? "")
    .split(separator: ":").map { URL(filePath: "\($0)/python3") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }

/// The benchmark driver with shell scripts as contestants; needs a Python, but nothing installed.
@Suite("scripts/bench", .enabled(if: python != nil, "python3 is not installed"))
struct BenchTests {
    /// Runs `code` beside the driver; its line MEASURE takes three turns of each of `commands`.
    private func run(_ code: String) throws -> RunningScript.Outcome {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "scripts/bench.d")
        let python = try #require(python)
        let start = "import bench, json\nfrom benchmarks import Benchmark, Peer\n"
        let measure = """
            finished, failures = bench.measure(benchmark, commands, 3)
            result = bench.report(benchmark, finished)
            """
        return try RunningScript(
            python, ["-B", "-c", start + code.replacing("MEASURE", with: measure)], in: folder,
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]
        ).outcome()
    }

    @Test("rates count units a second, and times the seconds of the whole job")
    func values() throws {
        let outcome = try run(
            """
            rate = Benchmark("a", "", "/s", ())
            assert rate.value({"run": 10}, {"run": 2}) == 5
            assert rate.ratio(nightjar=6, peer=2) == 3
            job = Benchmark("b", "", "ms", (), whole={"x": 100, "y": 1}, per_second=1000)
            assert job.value({"x": 10, "y": 1}, {"x": 2, "y": 3}) == 23_000
            assert job.ratio(nightjar=2, peer=6) == 3
            print("held")
            """)
        #expect(outcome.output == "held\n")
        #expect(outcome.errors == "")
    }

    @Test("the quicker side has the ratio above 1, and noise on standard output does not matter")
    func ratio() throws {
        let outcome = try run(
            """
            benchmark = Benchmark("a", "", "/s", (Peer("slow", ""),))
            turns = "echo noise; echo ready run=10; while read p; do sleep {}; echo done; done"
            commands = {
                "nightjar": ["sh", "-c", turns.format(0.01)],
                "slow": ["sh", "-c", turns.format(0.2)]}
            MEASURE
            assert not failures and result["peer_name"] == "slow", failures
            assert result["ratio"] > 1, result
            print(json.dumps(sorted(result)))
            """)
        #expect(outcome.errors == "")
        #expect(outcome.output == "[\"nightjar\", \"peer\", \"peer_name\", \"ratio\", \"unit\"]\n")
    }

    @Test("a bar is told with whether it was kept, whoever the opponent is")
    func bar() throws {
        let outcome = try run(
            """
            from pathlib import Path
            turns = "sh -c 'echo ready run=1; while read p; do echo done; done'"
            peers = tuple(Peer(str(bar), turns, bar=bar) for bar in (1e6, 1e-6))
            benchmark = Benchmark("a", "", "s", peers, whole={"run": 1}, nightjar=turns)
            commands = benchmark.commands(Path("."), {})
            MEASURE
            assert [result["bar"], result["others"][0]["bar"]] == [1e6, 1e-6], result
            bench.print_rows("a", result)
            """)
        #expect(outcome.errors == "")
        let rows = outcome.output.split(separator: "\n")
        #expect(rows.map { $0.contains("kept") } == [true, false])
        #expect(rows.map { $0.contains("missed") } == [false, true])
    }

    @Test("an opponent of other work is compared with a Nightjar that does that work")
    func ownSide() throws {
        let outcome = try run(
            """
            from pathlib import Path
            turns = 'sh -c "echo ready run=1; while read p; do sleep {}; echo done; done"'
            benchmark = Benchmark(
                "a", "", "s", (
                    Peer("same", turns.replace("{}", "0.01")),
                    Peer("other", turns.replace("{}", "0.01"), turns.replace("{}", "0.2"))),
                whole={"run": 1}, nightjar=turns.replace("{}", "0.01"))
            commands = benchmark.commands(Path("."), {})
            MEASURE
            other = result["others"][0]
            assert not failures and list(commands) == [
                "nightjar", "same", "nightjar against other", "other"], commands
            assert other["ratio"] == other["peer"] / other["nightjar"], result
            assert other["nightjar"] >= 0.2, result
            assert result["ratio"] == result["peer"] / result["nightjar"], result
            bench.print_rows("a", result)
            """)
        #expect(outcome.errors == "")
        #expect(outcome.output.split(separator: "\n").count == 2)
    }

    @Test("a contestant that ends, early or late, is reported with its last words, without a ratio")
    func failures() throws {
        let outcome = try run(
            """
            peers = tuple(Peer(name, "") for name in ["late", "early", "idle", "fine"])
            benchmark = Benchmark("a", "", "/s", peers)
            fine = ["sh", "-c", "echo ready run=1; while read p; do echo done; done"]
            commands = {
                "nightjar": fine, "fine": fine,
                "late": ["sh", "-c", "echo ready run=1; read p; echo oops >&2; exit 3"],
                "early": ["sh", "-c", "echo bad >&2; exit 1"],
                "idle": ["sh", "-c", "echo ready run=0; read p"]}
            MEASURE
            print(failures["late"])
            print(failures["early"])
            print(failures["idle"])
            entries = [result, *result["others"]]
            print([entry["peer_name"] for entry in entries if entry["ratio"] is not None])
            """)
        #expect(outcome.errors == "")
        #expect(
            outcome.output == """
                ended with status 3: oops
                ended with status 1: bad
                has no work to do: {'run': 0.0}
                ['fine']

                """)
    }
}
