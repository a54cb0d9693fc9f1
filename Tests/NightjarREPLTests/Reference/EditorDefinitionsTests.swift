import CLua
import CLuaBridge
import NightjarLua
import Testing

@testable import LuaHost
@testable import NightjarREPL

@Suite("Definitions for editors")
struct EditorDefinitionsTests {
    @Test("list exactly what scripts can reach from nj")
    func complete() throws {
        let session = try Session()
        let declared = Self.names(in: EditorDefinitions(session.state.declarations).text())
        let reachable = try Self.reachable(session.state)
        #expect(declared.subtracting(reachable).sorted() == [])
        #expect(reachable.subtracting(declared).sorted() == [])
        // Each kind of name was looked for, and found.
        let kinds = ["nj.fit", "nj.Tensor:sum", "nj.tensor.__call", "nj.Tensor.__add"]
        #expect((kinds + ["nj.version", "nj.Tensor.shape"]).allSatisfy(declared.contains))
    }

    @Test("would be told apart from what is there")
    func sensitive() throws {
        let session = try Session()
        let declared = Self.names(in: EditorDefinitions(session.state.declarations).text())
        try session.state.run("nj.fit = nil; nj.extra = function() end; nj.data.more = {}")
        let reachable = try Self.reachable(session.state)
        #expect(declared.subtracting(reachable) == ["nj.fit"])
        #expect(reachable.subtracting(declared) == ["nj.extra", "nj.data.more"])
    }

    // MARK: What the definitions say

    /// The names that a definition file defines, but for those of options.
    private static func names(in definitions: String) -> Set<String> {
        var names: Set<String> = []
        var owners: [String: String] = [:]  // classes by the names of their variables
        var owner = ""
        for line in definitions.split(separator: "\n") {
            if let match = line.wholeMatch(of: #/---@class (\S+)/#) {
                owner = String(match.1)
            } else if let match = line.wholeMatch(of: #/(?:local )?([\w.]+) = \{\}/#) {
                owners[String(match.1)] = owner
                names.insert(owner)
            } else if let match = line.prefixMatch(of: #/function ([\w.]+)([.:])(\w+)\(/#) {
                names.insert("\(owners[String(match.1)] ?? "?")\(match.2)\(match.3)")
            } else if owner.hasSuffix(".Options") {
                continue
            } else if let match = line.prefixMatch(of: #/---@field (\w+)/#) {
                names.insert("\(owner).\(match.1)")
            } else if let match = line.prefixMatch(of: #/---@operator (\w+)/#) {
                names.insert("\(owner).__\(match.1)")
            } else if line.hasPrefix("---@overload fun(") {
                names.insert("\(owner).__call")
            }
        }
        return names
    }

    // MARK: What is there

    /// The operators that a definition file can speak of.
    private static let operators = [
        "__add", "__sub", "__mul", "__div", "__mod", "__pow", "__idiv", "__concat", "__unm",
        "__len", "__call",
    ]

    private static func reachable(_ state: LuaState) throws -> Set<String> {
        guard case .table(let module) = try state.globals.get("nj") else { return [] }
        var names = try self.names(in: module, called: "nj")
        for item in state.declarations.classes {
            names.formUnion(try self.names(of: item, state))
        }
        return names
    }

    private static func keys(_ table: LuaTable) throws -> [String] {
        try table.names(startingWith: "", atMost: .max, milliseconds: 1_000).map(\.text)
    }

    /// The name of a module, and what its table and those inside it hold.
    private static func names(in module: LuaTable, called name: String) throws -> Set<String> {
        var names: Set = [name]
        if try module.metatable()?.get("__call").isNil == false { names.insert("\(name).__call") }
        for key in try keys(module) {
            if case .table(let inner) = try module.get(key) {
                names.formUnion(try self.names(in: inner, called: "\(name).\(key)"))
            } else {
                names.insert("\(name).\(key)")
            }
        }
        return names
    }

    /// The name of a class, and what the metatable of its objects holds.
    private static func names(of item: Class, _ state: LuaState) throws -> Set<String> {
        let bound = try #require(state.classes.named(item.name))
        return try state.withStack { stack in
            try bound.prepare(stack)
            lua_rawgetp(stack.raw, nj_registry, bound.id)
            let metatable = try #require(table(stack))
            let keys = try self.keys(metatable)
            var names: Set = [item.name]
            names.formUnion(operators.filter(keys.contains).map { "\(item.name).\($0)" })
            // The indexer keeps methods second, then properties.
            lua_pushstring(stack.raw, "__index")
            lua_rawget(stack.raw, -2)
            for (number, separator) in [(2, ":"), (3, ".")] {
                lua_getupvalue(stack.raw, -1, Int32(number))
                let members = try self.keys(try #require(table(stack)))
                names.formUnion(members.map { item.name + separator + $0 })
                lua_settop(stack.raw, -2)
            }
            return names
        }
    }

    private static func table(_ stack: LuaStack) -> LuaTable? {
        guard case .table(let table) = LuaValue(stack, -1) else { return nil }
        return table
    }
}
