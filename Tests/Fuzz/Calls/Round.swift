// One Lua state, some hundreds of calls in it, and its end.

import Foundation
import LuaHost
import NightjarLua
import NightjarRuntime
import NightjarTensor

/// The calls that share one state and the objects in it.
final class Round {
    /// What a round is made of.
    struct Plan {
        let seed: UInt64
        let number: Int
        let calls: Int
        /// More declarations than those of the library, for tests of the fuzzer itself.
        let planted: Library?
        /// Where the round is recorded as one Lua script.
        let record: String

        /// Whether it calls what nobody declared, at a level of its own.
        var isOfFound: Bool { planted == nil && number % 7 == 6 }
        /// Whether its calls stand in the middle of a training pass.
        var isInside: Bool { planted == nil && !isOfFound && number % 3 == 2 }
        /// What it may do: declared functions could write anywhere at other levels.
        var level: SandboxLevel { isOfFound ? SandboxLevel.allCases[number / 7 % 3] : .lab }
    }

    /// Memory that all values of a round may take.
    private static let memoryLimit = 256 << 20

    private let plan: Plan
    private var random: RandomStream
    private var writer: CallWriter?
    private var made = 0
    private var record: FileHandle?
    private let suite: Suite
    private var witnesses: [Witness] = []

    /// What all rounds have in common.
    final class Suite {
        let targets: [Target]
        let words: [String]
        let library: Library
        /// Those of the library and those found elsewhere, among the targets.
        let ofLibrary: Range<Int>, found: Range<Int>
        /// The found ones of each level.
        private let ofLevel: [SandboxLevel: [Int]]
        /// The folder of Lua modules.
        let modules: String
        private let declared: Int
        var tally: Tally
        /// Classes of which there ever was an object.
        var classes: Set<String> = []

        init(planted: Library?, modules: String) throws {
            var library = Library()
            for part in NightjarLibrary.libraries() { library.add(part) }
            if let planted { library.add(planted) }
            self.library = library
            let targets = planted.map(Target.all) ?? Target.all(of: library)
            let found = try FoundFunctions(modulesBelow: modules)
            let expressions = planted == nil ? found.expressions : []
            self.targets = targets + expressions.map { Target(kind: .found($0), name: $0) }
            self.modules = modules
            ofLibrary = targets.indices
            self.found = targets.count..<targets.count + expressions.count
            ofLevel = found.byLevel.mapValues { atLevel in
                let atLevel = Set(atLevel)
                return expressions.indices.filter { atLevel.contains(expressions[$0]) }
                    .map { targets.count + $0 }
            }
            words = Vocabulary.words(of: library)
            tally = Tally(self.targets.count)
            declared = targets.count { $0.isDeclared }
        }

        /// The index of the target to call next: mostly what is declared, which comes first.
        func target(_ plan: Plan, _ random: inout RandomStream) -> Int {
            if plan.isOfFound, let found = ofLevel[plan.level] {
                return found[random.below(found.count)]
            }
            return random.below(random.bernoulli(0.8) ? declared : ofLibrary.count)
        }
    }

    /// A Swift object that Lua saw.
    private struct Witness {
        weak var object: AnyObject?
        let name: String
    }

    init(_ plan: Plan, _ suite: Suite) {
        self.plan = plan
        self.suite = suite
        random = RandomStream(seed: plan.seed, "round \(plan.number)")
    }

    /// Makes the calls, closes the state, and tells what is left of it; nothing when all is well.
    ///
    /// - Throws: When the prelude fails.
    func run() throws -> String? {
        try Data().write(to: URL(filePath: plan.record))
        record = FileHandle(forWritingAtPath: plan.record)
        let left = try runInState()
        try record?.close()
        if let left { return left }
        if let witness = witnesses.first(where: { $0.object != nil }) {
            let count = witnesses.count { $0.object != nil }
            return "\(count) Swift objects outlive their state, such as one of \(witness.name)"
        }
        let bytes = Tensor.bytesInUse
        return bytes == 0 ? nil : "\(bytes) bytes of tensors outlive their state"
    }

    /// What is left in the state when everything was dropped that scripts can reach.
    private func runInState() throws -> String? {
        var configuration = Session.Configuration()
        configuration.level = plan.level
        configuration.libraryFolders = [suite.modules]
        configuration.memoryLimit = Self.memoryLimit
        configuration.output = { _ in }
        let session = try Session(configuration)
        let state = session.state
        if let planted = plan.planted { try state.register(planted) }
        nonisolated(unsafe) weak let counted = state
        MemoryBudget.set(
            limit: Self.memoryLimit, otherBytes: { counted?.luaBytes ?? 0 },
            reclaim: { try? counted?.collectGarbage() })
        defer { MemoryBudget.set(limit: 0, otherBytes: { 0 }, reclaim: {}) }

        let prelude = Prelude.text(inside: plan.isInside, keepsLibraries: plan.level != .lab)
        try write("-- level \(plan.level)\n" + prelude)
        if plan.isInside { try write("inside(function()\n") }
        LastWords.set("the prelude")
        try state.run(prelude, name: "=prelude")
        writer = CallWriter(
            suite.library, words: suite.words, staysInside: plan.level != .lab,
            random.split("calls"))
        note(try state.globals.get("made").text ?? "", state)
        if plan.isInside {
            // An object of the state must not hold on to the round, nor to the state.
            try state.globals.set(
                "calls",
                to: LuaClosure("calls") { [unowned self, unowned state] call in
                    note(call.value(at: 1).text ?? "", state)
                    try makeCalls(state)
                    return nil
                })
            // Some call may have stopped the pass, or freed what the pass needs.
            _ = try? state.run("inside(calls)", name: "=inside")
            try write("end)\n")
        } else {
            do { try makeCalls(state) } catch is Interrupted {}
        }
        LastWords.set("the collection of everything")
        for name in ["of", "odd", "fn", "Bag", "calls", "inside"] {
            try state.globals.set(name, to: nil as Int?)
        }
        _ = try? state.run("", name: "=nothing")
        try state.collectGarbage()
        try state.collectGarbage()
        LastWords.clear()
        return state.nativeBytes == 0
            ? nil
            : "\(state.nativeBytes) bytes of native memory are counted for a state without values"
    }

    private func makeCalls(_ state: LuaState) throws {
        while made < plan.calls {
            made += 1
            let index = suite.target(plan, &random)
            guard let statement = writer?.statement(suite.targets[index]) else { return }
            try write(statement + "\n")
            LastWords.set(statement, stoppable: true)
            do {
                let results = try state.run("return " + statement, name: "=call")
                LastWords.clear()
                let isRight = if case .boolean(true)? = results.first { true } else { false }
                suite.tally.note(
                    index, problem: isRight ? nil : results.dropFirst().first?.text ?? "")
                if isRight { note(results.last?.text ?? "", state) }
            } catch let error as LuaError where error.kind == .interrupted {
                LastWords.clear()
                suite.tally.noteStop(index)
            } catch let error as LuaError {
                LastWords.clear()
                // What pcall does not keep: no memory even for the message.
                suite.tally.note(index, problem: error.message)
            } catch let interrupted as Interrupted {
                // The call stopped, and with it the pass in which it was made.
                LastWords.clear()
                suite.tally.noteStop(index)
                throw interrupted
            }
        }
    }

    /// Notes the objects that a call left, by their classes.
    private func note(_ classes: String, _ state: LuaState) {
        for name in Set(classes.split(separator: " ").map(String.init)).sorted() {
            writer?.noteObject(of: name)
            suite.classes.insert(name)
        }
        guard !classes.isEmpty, witnesses.count < 4096,
            case .table(let all)? = try? state.globals.get("of")
        else { return }
        for name in Set(classes.split(separator: " ").map(String.init)) {
            guard case .table(let list)? = try? all.get(name), let values = try? list.values()
            else {
                continue
            }
            for case .object(let handle) in values {
                guard let object = handle.value(as: Any.self), type(of: object) is AnyClass else {
                    continue
                }
                witnesses.append(Witness(object: object as AnyObject, name: name))
            }
        }
    }

    private func write(_ text: String) throws {
        try record?.write(contentsOf: Data(text.utf8))
    }
}
