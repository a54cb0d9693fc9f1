import Foundation
import TestSupport
import Testing

/// Long computations at a real terminal, stopped when their progress shows that they run.
@Suite("Ctrl-C at the prompt", .serialized)
final class ComputationInterruptTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A prompt that shows progress, and that has run these lines.
    private func terminal(
        _ lines: [String] = [], environment: [String: String] = [:]
    ) throws -> PseudoTerminal {
        let terminal = try PseudoTerminal(
            environment: ["XDG_STATE_HOME": folder.path, "NIGHTJAR_PROGRESS": "1"]
                .merging(environment) { $1 })
        terminal.expectEnd("nj> ")
        for (number, line) in lines.enumerated() {
            terminal.type(line + "\r")
            terminal.type("'line \(number)'\r")
            terminal.expectEnd("\n\"line \(number)\"\nnj> ")
        }
        return terminal
    }

    /// Runs a call, presses Ctrl-C when `progress` shows, for one of the numbers in place of its `#`,
    /// and expects the prompt again.
    ///
    /// Progress shows five times a second at most, so one number alone may never show.
    private func interrupt(
        _ terminal: PseudoTerminal, _ call: String, when progress: String,
        numbers: ClosedRange<Int> = 0...0, keeps partial: Bool, saying note: String = "",
        at location: SourceLocation = #_sourceLocation
    ) {
        terminal.type(call + "\r")
        let shown = numbers.map { "\n" + progress.replacing("#", with: "\($0)") }
        terminal.expect(anyOf: shown, at: location)
        terminal.type("\u{3}")
        let notice = partial ? "what was done so far is in _\n" : ""
        terminal.expectEnd("interrupted\(note)\n\(notice)nj> ", at: location)
        terminal.type("6 * 7\r")
        terminal.expectEnd("\n42\nnj> ", at: location)
    }

    private static let world = [
        "log = nj.data.open 'simulated';",
        "train = log:whole():windows{ length = 20 };",
        "net = nj.models.lstm{ items = log.n_items, dim = 16, hidden = 16 };",
    ]

    /// One checkpoint, at 1 of `paths`.
    private var checkpoint: [String] {
        let saved = "checkpoint = { dir = '\(folder.path)', every = 1 }"
        return [
            "few = train:subset(train:sample(500));",
            "paths = nj.fit(net, few, { epochs = 1, \(saved) }).checkpoints;",
        ]
    }

    @Test("ends training with the record of its epochs")
    func fit() throws {
        let terminal = try terminal(Self.world)
        let calls = [
            "nj.fit(net, train, { epochs = 100000, batch = 64 })",
            "nj.fit(net, train, { epochs = 100000, valid = train })",
        ]
        for call in calls {
            interrupt(terminal, call, when: "epoch #/100000", numbers: 2...999, keeps: true)
            // 42 has taken the place of the record by now.
            terminal.type("tostring(_2)\r")
            terminal.expect("\n\"TrainingRun interrupted: ")
            terminal.type("\u{C}")
        }
    }

    @Test("ends scoring of pairs with the rows that are complete")
    func pairs() throws {
        let terminal = try terminal(
            Self.world + checkpoint
                + ["att = nj.influence.tracin{ checkpoints = paths, train = train };"])
        // Few enough targets for one block: before the last one no row is complete.
        let call = "att:scores(train:subset(train:sample(9000)))"
        interrupt(terminal, call, when: "tracin checkpoint 1/1", keeps: true)
        terminal.type("_2.complete_rows > 0 and _2.complete_rows < #train\r")
        terminal.expectEnd("\ntrue\nnj> ")
    }

    @Test("ends sums of scores with the checkpoints that are complete")
    func totals() throws {
        let terminal = try terminal(
            Self.world + checkpoint + [
                "for i = 2, 200 do paths[i] = paths[1] end",
                "att = nj.influence.tracin{ checkpoints = paths, train = train };",
            ])
        for call in ["att:total(few)", "att:self()", "att:scores(few)"] {
            interrupt(
                terminal, call, when: "tracin checkpoint #/200", numbers: 2...199, keeps: true)
            terminal.type("_2.is_partial, #_2.checkpoints > 0\r")
            terminal.expectEnd("\ntrue\ntrue\nnj> ")
            terminal.type("\u{C}")
        }
    }

    @Test("says that nothing is kept of what was stopped before there was a part to keep")
    func nothing() throws {
        let terminal = try terminal(
            Self.world + checkpoint + [
                "for i = 2, 200 do paths[i] = paths[1] end",
                "att = nj.influence.tracin{ checkpoints = paths, train = train };",
            ])
        interrupt(
            terminal, "att:explain(few, 1)", when: "tracin checkpoint #/200", numbers: 1...199,
            keeps: false, saying: " before the last checkpoint was complete, so nothing is kept")
    }

    @Test("ends an evaluation, of which nothing is kept")
    func evaluation() throws {
        interrupt(
            try terminal(Self.world),
            "print 'running' for _ = 1, 100000 do nj.evaluate(net, train, { 'mrr' }) end",
            when: "running", keeps: false)
    }

    @Test("ends a simulation, of which nothing is kept")
    func simulation() throws {
        interrupt(
            try terminal(), "print 'running' nj.data.simulate{ users = 1000000 }",
            when: "running", keeps: false)
    }

    @Test("ends a download, which goes on later where it stopped")
    func download() throws {
        let server = try LoopbackServer(
            ["/ml-100k.zip": [UInt8](repeating: 7, count: 300_000)],
            [.init(cutAfter: 100_000, stall: 60)])
        let terminal = try terminal(environment: [
            "XDG_DATA_HOME": folder.path, "NIGHTJAR_MIRROR": server.address("/"),
        ])
        let call = "nj.data.fetch('ml-100k', { accept = true })"
        interrupt(terminal, call, when: "fetch ml-100k.zip", keeps: false)
        let part = folder.appending(path: "nightjar/ml-100k.zip.part")
        let size = try FileManager.default.attributesOfItem(atPath: part.path)[.size] as? Int ?? 0
        #expect(size > 0 && size <= 100_000)
        terminal.type("\u{C}")
        interrupt(terminal, call, when: "fetch ml-100k.zip", keeps: false)
        #expect(server.requests.map(\.range) == [nil, "bytes=\(size)-"])
    }
}
