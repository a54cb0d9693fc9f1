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
            not saved: c, c is a thread
            not saved: deep, deep\(String(repeating: ".x", count: 100)) is nested too deeply
            not saved: f, f.inner[1] is a function
            not saved: k, k has a table as a key
            not saved: m, m is a table with a metatable
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
            #"{"x":{"model":{"_0":{"kind":"none","sizes":{},"switches":{}},"prefix":"p"}}}"#,
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
