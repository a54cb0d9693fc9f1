// How often each target was called, and how that went.

/// What became of the calls of each target.
struct Tally {
    /// The calls of one target.
    struct Row {
        var calls = 0
        /// Calls that got past the check of their arguments.
        var reached = 0
        var succeeded = 0
        /// Calls that were stopped because they took long.
        var stopped = 0
        /// The error of the last call that failed.
        var problem = ""
    }

    private(set) var rows: [Row]

    init(_ count: Int) { rows = Array(repeating: Row(), count: count) }

    mutating func note(_ index: Int, problem: String?) {
        rows[index].calls += 1
        guard let problem else {
            rows[index].reached += 1
            rows[index].succeeded += 1
            return
        }
        rows[index].problem = problem
        if !Self.isRefusal(problem) { rows[index].reached += 1 }
    }

    mutating func noteStop(_ index: Int) {
        rows[index].calls += 1
        rows[index].reached += 1
        rows[index].stopped += 1
    }

    /// The calls of some targets.
    func calls(of targets: Range<Int>) -> Int { rows[targets].reduce(0) { $0 + $1.calls } }

    /// Whether an error is one of those that the check of arguments gives.
    ///
    /// Bodies give some of them, too, so what was reached is counted too low rather than too high.
    private static func isRefusal(_ problem: String) -> Bool {
        refusals.contains { problem.contains($0) }
    }

    private static let refusals = [
        "bad argument #", "bad option '", "unknown option '", "on bad self",
        "too many arguments to '",
        "was already given by position", "attempt to ", " was freed;",
    ]

    /// The targets that must be reached and were not, or never succeeded.
    func gaps(_ targets: [Target]) -> (unreached: [String], unsuccessful: [String]) {
        let declared = zip(targets, rows).filter { $0.0.isDeclared && $0.1.calls >= 20 }
        return (
            declared.filter { $0.1.reached == 0 }.map { "\($0.0.name): \($0.1.problem)" },
            declared.filter { $0.1.reached > 0 && $0.1.succeeded == 0 }
                .map { "\($0.0.name): \($0.1.problem)" }
        )
    }

    /// One line a target.
    func table(_ targets: [Target]) -> String {
        zip(targets, rows).map { target, row in
            let share = 100 * row.reached / max(1, row.calls)
            let success = 100 * row.succeeded / max(1, row.calls)
            return "\(row.calls)\t\(share)%\t\(success)%\t\(row.stopped)\t\(target.name)"
        }.joined(separator: "\n")
    }
}
