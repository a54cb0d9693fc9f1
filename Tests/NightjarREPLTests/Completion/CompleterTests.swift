import Foundation
import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

@Suite("Completion")
struct CompleterTests {
    private let state: LuaState
    private let completer: Completer

    init() throws {
        state = try Session().state
        completer = Completer(state)
    }

    private func texts(_ text: String) -> [String] {
        completer.completion(LexedForm(Array(text)), text.count).candidates.map(\.text)
    }

    @Test("knows globals, keywords and fields, without hidden ones")
    func names() throws {
        try state.run("my_table = { alpha = 1, beta = { gamma = 2 }, _hidden = 3, ['a b'] = 4 }")
        #expect(texts("my_t") == ["my_table"])
        #expect(texts("fu") == ["function"])
        #expect(texts("my_table.") == ["alpha", "beta"])
        #expect(texts("my_table._") == ["_hidden"])
        #expect(texts("my_table.beta.") == ["gamma"])
        #expect(texts("x = { my_table['beta'].g") == ["gamma"])
        #expect(texts("string.for") == ["format"])
        #expect(texts("nothing.") == [])
        #expect(texts("(1 + 2).") == [])
    }

    @Test("follows __index as far as it is a table, and methods after a colon")
    func inheritance() throws {
        try state.run(
            """
            base = { greet = function() end, kind = 'b' } base.__index = base
            object = setmetatable({ own = 1 }, base)
            circle = setmetatable({}, {}) getmetatable(circle).__index = circle
            """)
        #expect(texts("object.") == ["greet", "kind", "own"])
        #expect(texts("object:") == ["greet"])
        #expect(texts("circle.x") == [])
        #expect(texts("('x'):up") == ["upper"])
        #expect(texts("name = 'x' name:up") == [])
        try state.run("name = 'x'")
        #expect(texts("name:up") == ["upper"])
    }

    @Test("knows the texts by which a table has values")
    func keys() throws {
        try state.run(
            """
            weights = { ['lstm.weight'] = 1, ['lstm.bias'] = 2, plain = 3, [4] = 5,
                ['a"b'] = 6, ['\\27'] = 7 }
            """)
        #expect(texts("weights['") == ["lstm.bias", "lstm.weight", "plain"])
        #expect(texts("y = weights[\"lstm.w") == ["lstm.weight"])
        #expect(texts("nothing['") == [])
    }

    @Test("knows settings and their values")
    func settings() {
        #expect(texts(":set ") == ["time", "elements", "depth"])
        #expect(texts(":set e") == ["elements"])
        #expect(texts(":set time a") == ["auto", "always"])
        #expect(texts(":set depth ") == [])
        #expect(texts(":set time auto ") == [])
    }

    @Test("never runs code of the user")
    func noUserCode() throws {
        try state.run(
            """
            ran = 0
            local function bad() ran = ran + 1 error('ran') end
            trap = setmetatable({ real = setmetatable({}, { __index = bad, __name = bad }) }, {
                __index = bad, __pairs = bad, __tostring = bad, __len = bad, __eq = bad,
                __call = bad, __metatable = bad, __name = 'nj' })
            for i = 1, 2000 do setmetatable({}, { __gc = bad }) end
            setmetatable(_G, { __index = bad })
            """)
        try state.withoutCollection { try state.globals.set("ran", to: 0) }
        for text in [
            "trap.", "trap:", "trap.real.", "trap.other.x", "trap.r", "trap{ ", "trap('", "undef.",
            "trap.real:x", "?trap.", "require('", "nj.data.open '",
        ] {
            _ = texts(text)
            _ = CallHint(state).text(LexedForm(Array(text)), text.count)
        }
        #expect(try state.withoutCollection { try state.globals.get("ran").int } == 0)
        #expect(texts("trap.r") == ["real"])
    }

    @Test("answers in time for a table of a million fields")
    func budget() throws {
        try state.run("big = {} for i = 1, 1e6 do big['key' .. i] = i end")
        for text in ["big.", "big.key99999", "big.zzz", "big:"] {
            let clock = ContinuousClock()
            // Other programs may take the processor for a while, but not every time.
            let times = (0..<5).map { _ in clock.measure { _ = texts(text) } }
            #expect(times.min() ?? .seconds(1) < .milliseconds(50), "\(text)")
        }
        #expect(texts("big.").count <= Completer.limits.names)
    }

    @Test("knows what declarations say of objects, results and fields")
    func declarations() throws {
        try state.run(
            "log = nj.data.interactions{ users = { 1 }, items = { 1 } } parts = { l = log }")
        #expect(texts("log.n_i") == ["n_items"])
        #expect(texts("log:spl").first == "split")
        #expect(texts("parts.l:spl").first == "split")
        #expect(texts("log:split{ by = 'time' }.tra") == ["train"])
        #expect(texts("nj.data.open('x'):spl").first == "split")
        #expect(texts("nj.models.lstm{ items = 3 }.n_p") == ["n_parameters"])
        #expect(texts("nj.tensor{ 1 }:sum").contains("sum"))
        #expect(!texts("log:").contains { $0.hasPrefix("__") })
    }

    @Test("completes names of options that were not given yet")
    func options() throws {
        #expect(texts("nj.models.lstm{ hid") == ["hidden = "])
        #expect(texts("nj.models.lstm{ dim = 4, d") == [])
        #expect(texts("nj.fit(net, train, { epochs = 5, lr") == ["lr = "])
        #expect(texts("nj.fit(net, train, { check") == ["checkpoint = "])
        #expect(texts("nj.models.lstm{ hidden = pri") == ["print"])
        #expect(texts("nj.fit(net, train, { lr = 1, checkpoint = { dir = 'x', ev") == ["every = "])
        #expect(texts("nj.fit(net, train, { checkpoint = { dir = 'x' }, check") == [])
        #expect(texts("t = { pri") == ["print"])
        try state.run("log = nj.data.interactions{ users = { 1 }, items = { 1 } }")
        #expect(texts("log:split{ b").contains("by = "))
    }

    @Test("completes every option of every function, its choices, and the fields of its tables")
    func everyOption() {
        var counts = (options: 0, choices: 0, fields: 0)
        for function in state.declarations.functions where !function.isMethod {
            for option in function.options {
                let call = "\(function.qualifiedName){ "
                #expect(texts(call + option.name).contains("\(option.name) = "), "\(call)")
                counts.options += 1
                if case .choice(let choices) = option.type {
                    #expect(texts("\(call)\(option.name) = '") == choices, "\(call)")
                    counts.choices += 1
                }
                if case .table(let fields) = option.type {
                    for field in fields {
                        let text = "\(call)x = 1, \(option.name) = { \(field.name)"
                        #expect(texts(text).contains("\(field.name) = "), "\(text)")
                        counts.fields += 1
                    }
                }
            }
        }
        #expect(counts.options > 100 && counts.choices > 5 && counts.fields > 4)
        #expect(texts("nj.trec.write_run('x', { { query = 1, it") == ["items = "])
        #expect(
            texts("nj.trec.write_run('x', { { query = 1, items = { 1 } }, { qu") == ["query = "])
    }

    @Test("completes the local variables and parameters of the form before globals")
    func locals() {
        #expect(texts("local lonely = 5; lon") == ["lonely"])
        #expect(texts("local a <const>, second = 1, 2 return sec") == ["second"])
        #expect(texts("function foo(first, argument) return argu") == ["argument"])
        #expect(texts("local function helper() end hel").first == "helper")
        #expect(texts("for position, value in pairs(t) do print(val") == ["value"])
        #expect(texts("local print_it = 1 print").prefix(2) == ["print_it", "print"])
        #expect(texts("x.lonely = 5; lonel") == [])
        #expect(texts("-- local lonely\nlonel") == [])
        #expect(texts("local lon") == [])
    }

    @Test("completes metrics, in the list part of the options and in a list of its own")
    func metrics() {
        #expect(texts("nj.evaluate(net, test, { 'rec") == ["recall@10"])
        #expect(texts("nj.evaluate(net, test, { 'mrr', 'nd") == ["ndcg", "ndcg@10"])
        #expect(texts("nj.fit(net, train, { metrics = { 'mr") == ["mrr", "mrr@10"])
    }

    @Test("follows tables inside of tables as they are declared")
    func nestedTables() throws {
        let inner = LuaType.Field("rule", .choice(["adam", "sgd"]), "how")
        let fields = [
            LuaType.Field("step", .table([inner]), "one"),
            LuaType.Field("list", .list(.table([inner])), "many"),
        ]
        try state.register(
            Library(
                modules: [Module("toy", summary: "Toys.")],
                functions: [
                    Function(
                        "make", on: "toy", summary: "Makes.",
                        options: [.table("plan", fields, optional: true, "the plan")]
                    ) { _ in nil }
                ]))
        #expect(texts("toy.make{ plan = { ") == ["step = ", "list = "])
        #expect(texts("toy.make{ plan = { step = { ru") == ["rule = "])
        #expect(texts("toy.make{ plan = { list = { { rule = 'sgd' }, { ru") == ["rule = "])
        #expect(texts("toy.make{ plan = { step = { rule = 's") == ["sgd"])
        #expect(texts("toy.make{ plan = { wrong = { ru") == [])
        let hint = CallHint(state)
        let text = Array("toy.make{ plan = { step = { rule = ")
        #expect(hint.text(LexedForm(text), text.count) == "rule: how ('adam' or 'sgd')")
    }

    @Test("completes what strings can be")
    func strings() throws {
        #expect(texts("nj.save('a.npy', t, { type = 'int6") == ["int64"])
        #expect(texts("nj.data.open 'sim") == ["simulated"])
        #expect(texts("nj.data.open 'ml-100") == ["ml-100k"])
        #expect(texts("nj.data.open(\"ml-100") == ["ml-100k"])
    }

    @Test("completes the tensors of models, and of checkpoints, there without their prefix")
    func checkpoint() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try state.run(
            """
            log = nj.data.interactions{ users = { 1, 1, 1, 1, 1 }, items = { 1, 2, 3, 2, 1 } }
            run = nj.fit(nj.models.lstm{ items = 3, dim = 2, hidden = 2 },
                log:whole():windows{ length = 3 }, { epochs = 1, checkpoint = { dir = ..., every = 1 } })
            kept = { file = nj.checkpoint.open(run.checkpoints[1]) }
            net = nj.models.lstm{ items = 3, dim = 2, hidden = 2 }
            """, arguments: [folder.path])
        #expect(texts("net:tensor(\"out") == ["output.weight", "output.bias"])
        #expect(texts("nj.models.popularity(log):tensor('") == texts("x = '"))
        #expect(
            texts("kept.file:tensor('lstm.weight").sorted() == ["lstm.weight_hh", "lstm.weight_ih"])
        #expect(texts("kept.file:tensor \"embed") == ["embedding.weight"])
        #expect(texts("kept.file:tensor('opt").allSatisfy { $0.hasPrefix("optimiser/") })
        #expect(texts("kept.file:tensor('opt").count > 2)
        #expect(texts("kept.file.ep") == ["epoch"])
    }

    @Test("completes modules and files")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "inner"), withIntermediateDirectories: true)
        for name in ["one.lua", "inner/two.lua", "inner/init.lua", ".hidden", "data é.csv"] {
            try Data("return {}".utf8).write(to: folder.appending(path: name))
        }
        try state.run(
            "package.path = ... ..'/?.lua;' .. ... .. '/?/init.lua'", arguments: [folder.path])
        #expect(texts("require 'o") == ["one"])
        #expect(texts("require('inn") == ["inner."])
        #expect(texts("require('inner.") == ["inner.two"])
        #expect(texts("io.open('\(folder.path)/") == ["data é.csv", "inner/", "one.lua"])
        #expect(texts("io.open('\(folder.path)/.h") == [".hidden"])
        #expect(texts("io.open('/no/such/folder/") == [])
        #expect(texts("!cat \(folder.path)/on") == ["one.lua"])
        #expect(texts(":load \(folder.path)/in") == ["inner/"])
    }

    @Test("shows no files outside of the working folder at level lab")
    func confinement() throws {
        var configuration = LuaState.Configuration()
        configuration.level = .lab
        let completer = Completer(try LuaState(configuration))
        for text in ["x = '/", "x = '/us", "x = '../", "x = 'a/../../", "!ls /"] {
            #expect(
                completer.completion(LexedForm(Array(text)), text.count).candidates.isEmpty,
                "\(text)")
        }
    }

    @Test("completes questions and commands")
    func commands() {
        #expect(texts("?nj.data.op") == ["open"])
        #expect(texts(":sa") == ["save"])
        #expect(texts(":time nj.data.op") == ["open"])
        #expect(texts("  !/") == texts("!/") && !texts("!/").isEmpty)
        #expect(texts(":").count == PromptCommand.all.count)
        #expect(texts("?").contains("nj"))
    }

    @Test("hints at the arguments of the call around the cursor")
    func hints() throws {
        let hint = CallHint(state)
        func text(_ text: String) -> String? { hint.text(LexedForm(Array(text)), text.count) }
        #expect(text("nj.fit(")?.hasPrefix("nj.fit(model, train, { epochs = 10") == true)
        #expect(
            text("nj.fit(a, b, { epochs = 1")?.hasPrefix(
                "epochs: passes over the examples (integer")
                == true)
        #expect(
            text("nj.fit(a, b, { checkpoint = { every = 5")?.hasPrefix("every: epochs between")
                == true)
        #expect(text("unknown(") == nil)
        #expect(text("x = string.rep('a', ") == "string.rep(s, n, separator)")
        #expect(text("('a'):rep(") == "string.rep(s, n, separator)")
        try state.run("function own(a, ...) end", name: "=script")
        #expect(text("own(") == "function(a, ...) at script:1")
        #expect(text("nj.fit(a, b)") == nil)
        #expect(text("?nj.fit(") == nil)
    }

    @Test("survives any text, quickly")
    func anything() throws {
        try state.run(
            "log = nj.data.interactions{ users = { 1 }, items = { 1 } } t = { a = { log } }")
        let pieces = [
            "nj", ".", ":", "log", "t", "a", "[1]", "split", "{", "}", "(", ")", ",", " = ", "'",
            "\"",
            "fit", "?", "!", "-- ", "[[", "require", "/", "by", " ", "\n", "é", "tensor", "data",
        ]
        var generator = SystemRandomNumberGenerator()
        var found = 0
        let hint = CallHint(state)
        for _ in 0..<3_000 {
            let text = Array(
                (0..<Int.random(in: 0..<10, using: &generator))
                    .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
            let cursor = Int.random(in: 0...text.count, using: &generator)
            let completion = completer.completion(LexedForm(text), cursor)
            #expect(0 <= completion.range.lowerBound && completion.range.upperBound <= cursor)
            found += completion.candidates.count
            _ = hint.text(LexedForm(text), cursor)
        }
        #expect(found > 1_000)
    }
}
