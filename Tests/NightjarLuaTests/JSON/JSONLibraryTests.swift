import Foundation
import LuaHost
import Testing

@testable import NightjarLua

@Suite("JSON")
struct JSONLibraryTests {
    private let running: RunningSession

    init() throws { running = try RunningSession() }

    private func run(_ text: String) throws -> [LuaValue] {
        let state = try #require(running.session).state
        try state.globals.set("path", to: running.folder.appending(path: "out.json").path)
        return try state.run(text)
    }

    private func written() throws -> Any {
        let data = try Data(contentsOf: running.folder.appending(path: "out.json"))
        return try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
    }

    @Test("is what another reader reads as the same values")
    func outsideReader() throws {
        _ = try run(
            """
            nj.write_json(path, {
              name = 'b"\\u{e9}/\\n', n = 3, mrr = 0.1, big = 1 << 62, tiny = 5e-324, done = true,
              list = { 1, 2.5, { x = "y" }, {} }, nan = 0/0, inf = { math.huge, -math.huge },
            })
            """)
        let object = try #require(try written() as? NSDictionary)
        let expected: NSDictionary = [
            "name": "b\"é/\n", "n": 3, "mrr": 0.1, "big": 1 << 62,
            "tiny": Double.leastNonzeroMagnitude, "done": true,
            "list": [1, 2.5, ["x": "y"], [Any]()] as [Any], "nan": NSNull(),
            "inf": [NSNull(), NSNull()],
        ]
        #expect(object == expected)
    }

    @Test("has sorted keys, so that equal values are equal bytes")
    func sorted() throws {
        let file = running.folder.appending(path: "out.json")
        _ = try run("nj.write_json(path, { b = 1, a = 2, c = { z = 1, y = 2 } })")
        let first = try Data(contentsOf: file)
        _ = try run("local t = { c = { y = 2 } } t.c.z = 1 t.a = 2 t.b = 1 nj.write_json(path, t)")
        #expect(try Data(contentsOf: file) == first)
        let text = String(decoding: first, as: UTF8.self)
        let keys = text.split(separator: "\"").filter { $0.count == 1 }.map(String.init)
        #expect(keys == ["a", "b", "c", "y", "z"])
    }

    @Test(
        "comes back as it went",
        arguments: [
            "1", "-0.5", "true", "'x'", "{ 1, { a = { 2, 3 } } }", "{ a = 1, b = { c = 'd' } }",
        ])
    func roundTrip(_ expression: String) throws {
        let values = try run(
            """
            local function same(a, b)
              if type(a) ~= "table" then return a == b and math.type(a) == math.type(b) end
              for k, v in pairs(a) do if not same(v, b[k]) then return false end end
              for k in pairs(b) do if a[k] == nil then return false end end
              return true
            end
            local value = \(expression)
            nj.write_json(path, value)
            return same(value, nj.read_json(path))
            """)
        guard case .boolean(true)? = values.first else {
            Issue.record("\(expression) came back changed")
            return
        }
    }

    @Test("reads null as nil in objects and as NaN in lists")
    func null() throws {
        try Data("{\"a\": null, \"b\": [1, null, 3]}".utf8)
            .write(to: running.folder.appending(path: "out.json"))
        let values = try run(
            "local t = nj.read_json(path) return t.a == nil, #t.b, t.b[2] ~= t.b[2], t.b[3]")
        #expect(
            values.map { "\($0)" }
                == ["boolean(true)", "integer(3)", "boolean(true)", "integer(3)"])
    }

    @Test(
        "refuses what JSON does not have, and says where it is",
        arguments: [
            ("{ a = { print } }", "the value at a[1] is a function"),
            ("{ a = { [1] = 1, x = 2 } }", "the value at a has keys that are not text"),
            ("{ [3] = 1 }", "the value has keys that are not text"),
            ("'\\xFF'", "the value is not UTF-8 text"),
            ("(function() local t = {} t.t = t return t end)()", "does a table contain itself?"),
            ("io.stdout", "which JSON does not have"),
        ])
    func refusals(_ expression: String, _ message: String) throws {
        let error = #expect(throws: LuaError.self) {
            try run("nj.write_json(path, \(expression))")
        }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
        #expect(!FileManager.default.fileExists(atPath: running.folder.path + "/out.json"))
    }

    @Test("tells what is wrong with a file")
    func broken() throws {
        let file = running.folder.appending(path: "out.json")
        for text in ["{\"a\": ", "", "[1 2]", "{\"a\" 1}", "nul", "\u{0}"] {
            try Data(text.utf8).write(to: file)
            let error = #expect(throws: LuaError.self) { try run("nj.read_json(path)") }
            #expect(error?.message.contains("out.json' is no JSON: ") == true, "\(text)")
        }
        let missing = #expect(throws: LuaError.self) { try run("nj.read_json('/no/such')") }
        #expect(missing?.message.contains("cannot read '/no/such': No such file") == true)
        let folder = #expect(throws: LuaError.self) { try run("nj.read_json('/')") }
        #expect(folder?.message.contains("cannot read '/': Is a directory") == true)
        let unwritable = #expect(throws: LuaError.self) { try run("nj.write_json('/no/x', 1)") }
        #expect(unwritable?.message.contains("cannot write '/no/x'") == true)
    }
}
