import Foundation
import LuaHost
import NightjarLua
import NightjarTensor
import Testing

@testable import NightjarREPL

@Suite("Saved sessions")
struct SavedSessionTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    private var path: String { folder.appending(path: "session.safetensors").path }

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test("come back in another session, to the bit")
    func roundTrip() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Session().state
        try first.run(
            """
            t = nj.tensor{ { 1.5, -2 }, { 0.1, 1e-30 } }
            net = nj.models.lstm{ items = 5, dim = 3, hidden = 2, seed = 9 }
            plain = { 1, 2.0, "x", true, [-3] = 1, [0.5] = "half", [false] = 0, deep = { { t } } }
            plain.self = plain
            shared = plain.deep
            odd = { inf = 1/0, nan = 0/0, zero = -0.0, big = math.maxinteger, bytes = "\\xFF\\0", [""] = "" }
            """)
        let names = ["net", "odd", "plain", "shared", "t"]
        let variables = try names.map { (name: $0, value: try first.globals.get($0)) }
        let outcome = try SavedSession.write(variables, of: first, to: path)
        #expect(outcome.names == names)
        #expect(outcome.refused.isEmpty)

        let second = try Session().state
        #expect(try SavedSession.read(path, into: second) == names)
        try second.run(
            """
            assert(plain.self == plain and shared == plain.deep)
            assert(math.type(plain[1]) == "integer" and math.type(plain[2]) == "float")
            assert(plain[-3] == 1 and plain[0.5] == "half" and plain[false] == 0 and plain[4] == true)
            assert(odd.inf == 1/0 and odd.nan ~= odd.nan and 1 / odd.zero == -1/0)
            assert(odd.big == math.maxinteger and odd.bytes == "\\xFF\\0" and odd[""] == "")
            """)
        for expression in ["t", "plain.deep[1][1]", "net:tensor('lstm.weight_hh')"] {
            #expect(try values(expression, first) == values(expression, second))
        }
    }

    @Test("bring baselines back, which have counts instead of parameters")
    func baselines() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Session().state
        let data = """
            log = nj.data.simulate{ users = 30, items = 20, seed = 3 }
            train = log:whole():windows{ length = 5 }
            function mrr(model) return nj.evaluate(model, train, { "mrr", resamples = 0 }).mrr end
            """
        try first.run(data)
        try first.run(
            """
            popular = nj.models.popularity(train)
            same = popular
            chain = nj.models.markov(train, { order = 2, smoothing = 0.5 })
            near = nj.models.item_knn(train, { k = 5, shrink = 2 })
            """)
        let names = ["chain", "near", "popular", "same"]
        let outcome = try SavedSession.write(
            names.map { (name: $0, value: try first.globals.get($0)) }, of: first, to: path)
        #expect(outcome.refused.isEmpty)
        let second = try Session().state
        try second.run(data)
        #expect(try SavedSession.read(path, into: second) == names)
        try second.run("assert(popular == same)")
        for name in names {
            for text in ["tostring(\(name))", "mrr(\(name))"] {
                let (before, after) = (
                    try first.run("return \(text)"), try second.run("return \(text)")
                )
                #expect("\(before)" == "\(after)", "\(text)")
            }
        }
    }

    @Test("keep what several variables share one and the same")
    func sharing() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Session().state
        try first.run(
            """
            a = nj.tensor{ { 1, 2 }, { 3, 4 } }
            b, flat, copy, deep = a, a:reshape{ 4 }, a:copy(), { { a } }
            net = nj.models.lstm{ items = 5, dim = 3, hidden = 2 }
            again, early, late = net, net:tensor("output.bias"), net:tensor("embedding.weight")
            """)
        let names = ["a", "again", "b", "copy", "deep", "early", "flat", "late", "net"]
        let variables = try names.map { (name: $0, value: try first.globals.get($0)) }
        // Parameters are met before the model, and behind it.
        let order = variables.filter { $0.name != "late" } + variables.filter { $0.name == "late" }
        _ = try SavedSession.write(order, of: first, to: path)
        #expect(try SafetensorsFile(path: path).entries.count == 2 + 7)

        let second = try Session().state
        _ = try SavedSession.read(path, into: second)
        try second.run(
            """
            a:set({ 1, 1 }, 9)
            assert(b == a and deep[1][1] == a and flat:at{ 1 } == 9 and copy:at{ 1, 1 } == 1)
            assert(again == net)
            early:set({ 1 }, 7)
            late:set({ 2, 1 }, 8)
            assert(net:tensor("output.bias"):at{ 1 } == 7)
            assert(net:tensor("embedding.weight"):at{ 2, 1 } == 8)
            """)
    }

    private static let bag = """
        Bag = nj.nn.model{ name = "bag", options = { dim = 4 },
            build = function(o) return {
                items = nj.nn.embedding{ rows = o.items + 1, dim = o.dim },
                output = nj.nn.linear{ inputs = o.dim, outputs = o.items + 1 } } end,
            forward = function(net, batch)
                return net.output:logits(net.items(batch.ids):sum{ axis = 2 })
            end }
        """

    @Test("hold models that a script defines, for sessions that have the definition")
    func scriptedModels() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try Session().state
        try first.run(Self.bag)
        try first.run(
            """
            log = nj.data.interactions{ users = { 1, 1, 1, 1, 1 }, items = { 1, 2, 3, 2, 1 } }
            net = Bag{ items = 3, dim = 2, seed = 5 }
            nj.fit(net, log:whole():windows{ length = 3 }, { epochs = 2 })
            """)
        let variables = [(name: "net", value: try first.globals.get("net"))]
        let outcome = try SavedSession.write(variables, of: first, to: path)
        #expect(outcome.needing.map(\.path) == ["net"] && outcome.needing.map(\.kind) == ["bag"])

        let without = try Session().state
        let error = #expect(throws: (any Error).self) {
            try SavedSession.read(path, into: without)
        }
        #expect("\(try #require(error))".contains("the model 'bag' is defined in Lua"))
        #expect(try without.globals.get("net").isNil)

        let second = try Session().state
        try second.run(Self.bag)
        #expect(try SavedSession.read(path, into: second) == ["net"])
        for name in ["items.weight", "output.weight", "output.bias"] {
            let expression = "net:tensor('\(name)')"
            #expect(try values(expression, first) == values(expression, second))
        }
        let scores = "net:recommend({ 1, 2 }, { k = 1, seen = true })[1].score"
        #expect(try first.evaluate(scores)[0].double == second.evaluate(scores)[0].double)
        // It knows the length of the histories that it learned from.
        try second.run(
            """
            log = nj.data.interactions{ users = { 1, 1, 1, 1, 1 }, items = { 1, 2, 3, 2, 1 } }
            assert(nj.evaluate(net, log:whole(), { "mrr", resamples = 0 }))
            """)
        try expect(
            "nj> Bag = nil\nnj> \(Self.bag.replacing("\n", with: "\n... "))"
                + "\nnj> net = Bag{ items = 3 }\nnj> :save \(path)\nsaved net"
                + "\nnot saved: Bag is a nj.nn.Definition"
                + "\nbefore :load, run what defines 'bag': net holds its values only")
    }

    private func values(_ expression: String, _ state: LuaState) throws -> [Float] {
        guard case .object(let handle)? = try state.evaluate(expression).first else { return [] }
        return try #require(handle.value(as: Tensor.self)).values
    }

    @Test("leave out by name what no file can hold")
    func refusals() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try expect(
            """
            nj> ok = 1
            nj> f = { inner = { print } }
            nj> m = setmetatable({}, {})
            nj> k = { [{}] = 1 }
            nj> c = coroutine.create(print)
            nj> deep = {} local d = deep for i = 1, 200 do d.x = {} d = d.x end
            nj> :save \(path)
            saved ok
            not saved: c is a thread
            not saved: deep\(String(repeating: ".x", count: 37)).… is nested too deeply
            not saved: f.inner[1] is a function
            not saved: k has a table as a key
            not saved: m is a table with a metatable
            nj> :reset
            nj> :load \(path)
            loaded ok
            nj> ok
            1
            """)
    }

    @Test("replace an earlier session, and no other file")
    func overwriting() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try expect(
            "nj> x = 1\nnj> :save \(path)\nsaved x\nnj> y = 2\nnj> :save \(path)\nsaved x, y")
        try Data("precious".utf8).write(to: URL(filePath: path))
        try expect(
            "nj> :save \(path)\n'\(path)' is there and is no saved session; choose another name",
            exitCode: 1)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    }

    @Test("are refused when the file is something else, and change nothing then")
    func broken() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let state = try Session().state
        try state.run("nj.save(..., { x = { 1 } })", arguments: [path])
        #expect(throws: LuaError.self) { try SavedSession.read(path, into: state) }
        for text in [
            "{", "{}x", #"{"a":{"tensor":{"_0":"b"}},"x":{"integer":{"_0":1}}}"#,
            #"{"x":{"integer":{"_0":1}},"y":{"sameTable":{"_0":7}}}"#,
            #"{"x":{"table":{"number":1,"keys":[{"integer":{"_0":1}}],"values":[]}}}"#,
            #"{"x":{"table":{"number":1,"keys":[{"number":{"_0":"nan"}}],"values":[{"integer":{"_0":1}}]}}}"#,
            #"{"x":{"model":{"_0":{"kind":"none","sizes":{},"switches":{}},"number":1,"parameters":{}}}}"#,
            #"{"x":{"model":{"_0":{"kind":"lstm","sizes":{},"switches":{}},"number":1,"parameters":{"a":"b"}}}}"#,
            #"{"x":{"sameModel":{"_0":1}}}"#,
        ] {
            try SafetensorsFile.write([], metadata: ["nightjar.session": text], to: path)
            #expect(throws: (any Error).self, "\(text)") {
                try SavedSession.read(path, into: state)
            }
        }
        #expect(try state.globals.get("x").isNil)
        try expect(
            "nj> :load /no/such/file\ncannot read '/no/such/file': No such file or directory. Check the path."
        )
        try expect("nj> :save\n:save needs a file, such as :save session.safetensors")
    }
}
