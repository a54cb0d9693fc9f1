import Foundation
import Testing

@Suite("The sources")
struct SourceRuleTests {
    /// Lua's functions that can raise an error other than for want of memory.
    ///
    /// They have class `e` or `v` in the reference manual of Lua 5.4.4. `lua_settop` is missing: it
    /// raises only for to-be-closed slots, which Swift never makes.
    static let raising = [
        "lua_arith", "lua_callk", "lua_closeslot", "lua_compare", "lua_concat", "lua_getfield",
        "lua_getglobal", "lua_geti", "lua_gettable", "lua_len", "lua_setfield", "lua_setglobal",
        "lua_seti", "lua_settable", "lua_toclose", "luaL_callmeta", "luaL_getsubtable", "luaL_len",
        "luaL_openlibs", "luaL_requiref", "luaL_tolstring", "lua_error", "lua_next",
        "lua_pushfstring", "lua_pushvfstring", "lua_yieldk", "luaL_argerror", "luaL_checkany",
        "luaL_checkinteger", "luaL_checklstring", "luaL_checknumber", "luaL_checkoption",
        "luaL_checkstack", "luaL_checktype", "luaL_checkudata", "luaL_error", "luaL_optinteger",
        "luaL_optlstring", "luaL_optnumber", "luaL_typeerror", "luaL_checkversion_",
        // Macros, which a later compiler may show to Swift.
        "lua_call", "lua_pop", "lua_register", "lua_yield", "luaL_argcheck", "luaL_argexpected",
        "luaL_checkstring", "luaL_checkversion", "luaL_optstring",
    ]

    static var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    static func swiftFiles(in folder: String) throws -> [URL] {
        let found = FileManager.default.enumerator(
            at: root.appending(path: folder), includingPropertiesForKeys: nil)
        return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
    }

    @Test("call no Lua function from Swift that can jump over a Swift frame")
    func noRaisingCalls() throws {
        let files = try Self.swiftFiles(in: "Sources")
        #expect(files.contains { $0.lastPathComponent == "LuaStack.swift" })
        for file in files {
            let words = Set(
                try String(contentsOf: file, encoding: .utf8)
                    .split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
            let found = Self.raising.filter { words.contains($0) }
            #expect(found.isEmpty, "\(file.lastPathComponent) calls \(found)")
        }
    }

    @Test("of the host hold nothing that ends the process on a value from a script")
    func noTraps() throws {
        for file in try Self.swiftFiles(in: "Sources/LuaHost") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for trap in ["fatalError", "preconditionFailure", "try!", "as!"] {
                #expect(!text.contains(trap), "\(file.lastPathComponent) uses \(trap)")
            }
        }
    }
}
