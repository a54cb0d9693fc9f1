import Testing

@testable import NightjarLua

@Suite("Options of a script")
struct ScriptOptionsTests {
    private let options = ScriptOptions(
        [
            .init("data", default: .string("simulated"), summary: "data set"),
            .init("seed", default: .integer(1)),
            .init("lr", default: .number(0.5), summary: "learning rate"),
            .init("quick", default: .boolean(false)),
            .init("mask", default: .boolean(true), summary: "mask seen items"),
            .init("min_rows", default: .integer(5)),
            .init("by", default: .string("time"), choices: [.string("time"), .string("tail")]),
        ], arguments: "FILE…")

    private func values(_ words: [String]) throws -> [String: ScriptOptions.Value] {
        guard case .run(let values, _) = try options.parse(words) else { return [:] }
        return values
    }

    @Test("are their defaults unless given")
    func defaults() throws {
        #expect(
            try values([]) == [
                "data": .string("simulated"), "seed": .integer(1), "lr": .number(0.5),
                "quick": .boolean(false), "mask": .boolean(true), "min_rows": .integer(5),
                "by": .string("time"),
            ])
    }

    @Test(
        "are read in every usual form",
        arguments: [
            (["--data", "ml-1m"], "data", ScriptOptions.Value.string("ml-1m")),
            (["--data=a=b"], "data", .string("a=b")), (["--data="], "data", .string("")),
            (["--data", "--seed"], "data", .string("--seed")),
            (["--seed", "-3"], "seed", .integer(-3)), (["--lr", "2"], "lr", .number(2)),
            (["--lr=1e-3"], "lr", .number(1e-3)), (["--quick"], "quick", .boolean(true)),
            (["--quick=false"], "quick", .boolean(false)), (["--no-mask"], "mask", .boolean(false)),
            (["--min-rows", "7"], "min_rows", .integer(7)),
            (["--min_rows=7"], "min_rows", .integer(7)), (["--by", "tail"], "by", .string("tail")),
            (["--seed", "1", "--seed", "2"], "seed", .integer(2)),
        ])
    func forms(_ words: [String], _ name: String, _ value: ScriptOptions.Value) throws {
        #expect(try values(words)[name] == value)
    }

    @Test("leave the other words, and everything after --")
    func rest() throws {
        guard
            case .run(let values, let rest) = try options.parse(
                ["a", "--seed", "2", "b", "--", "--quick", "--help"])
        else {
            Issue.record("asked for a run")
            return
        }
        #expect(rest == ["a", "b", "--quick", "--help"])
        #expect(values["seed"] == .integer(2))
        #expect(values["quick"] == .boolean(false))
    }

    @Test(
        "are refused with the reason",
        arguments: [
            (["--sede", "1"], "unknown option '--sede' (did you mean '--seed'?)"),
            (["--seed"], "option '--seed' needs a value"),
            (["--seed", "1.5"], "option '--seed' needs a whole number, got '1.5'"),
            (
                ["--seed", "99999999999999999999"],
                "option '--seed' needs a whole number, got '99999999999999999999'"
            ),
            (["--lr", "nan"], "option '--lr' needs a number, got 'nan'"),
            (["--quick=maybe"], "option '--quick' needs true or false, got 'maybe'"),
            (
                ["--by", "tial"],
                "option '--by' must be 'time' or 'tail', got 'tial' (did you mean 'tail'?)"
            ),
            (["--no-seed"], "unknown option '--no-seed'"),
            (["--no-quick=1"], "unknown option '--no-quick'"),
        ])
    func refusals(_ words: [String], _ problem: String) {
        #expect(throws: UsageError(problem)) { try options.parse(words) }
    }

    @Test("refuse words without a name unless the script takes some")
    func noArguments() {
        #expect(throws: UsageError("unexpected argument 'quick'")) {
            try ScriptOptions([]).parse(["quick"])
        }
    }

    @Test("explain themselves")
    func usage() throws {
        #expect(try options.parse(["--quick", "--help", "--nonsense"]) == .help)
        #expect(
            options.usage(command: "removal.lua", summary: "Drops examples.") == """
                Drops examples.

                usage: removal.lua [options] FILE…

                  --data TEXT   data set (default simulated)
                  --seed N      (default 1)
                  --lr X        learning rate (default 0.5)
                  --quick       \("")
                  --mask        mask seen items (on unless --no-mask)
                  --min-rows N  (default 5)
                  --by TEXT     (time, tail; default time)
                  --help        print this text
                """)
    }
}
