// What scripts can call that nobody declares.

import Foundation
import LuaHost
import NightjarLua

/// The functions of Lua's libraries, of its files and of Lua modules, as scripts of each level find
/// them.
struct FoundFunctions {
    /// Expressions that stand for the functions, by level.
    private(set) var byLevel: [SandboxLevel: [String]] = [:]

    /// Looks for them; modules are the Lua files below a folder, but for specs.
    ///
    /// - Throws: When a module does not load.
    init(modulesBelow folder: String) throws {
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
        let modules = (files ?? []).sorted()
            .filter { file in
                file.hasSuffix(".lua") && !["_spec.lua", ".d.lua"].contains { file.hasSuffix($0) }
            }
            .map { String($0.dropLast(4)).replacing("/", with: ".") }
        for level in SandboxLevel.allCases {
            var configuration = Session.Configuration()
            configuration.level = level
            configuration.libraryFolders = [folder]
            let state = try Session(configuration).state
            let found = try state.run(Self.search, name: "=search", arguments: modules)
            byLevel[level] = found.compactMap(\.text)
        }
    }

    /// All of them, each once.
    var expressions: [String] { Set(byLevel.values.joined()).sorted() }

    /// Walks through the global table and the modules that are its arguments; declared functions are
    /// left out.
    private static let search = """
        local found, seen = {}, { [_G] = true, [package.loaded] = true, [nj] = true }
        local function walk(place, value)
          if type(value) == "function" then found[#found + 1] = place end
          if type(value) ~= "table" or seen[value] then return end
          seen[value] = true
          local names = {}
          for name in pairs(value) do
            if type(name) == "string" and name:find("^[%a_][%w_]*$") then names[#names + 1] = name end
          end
          table.sort(names)
          for _, name in ipairs(names) do walk(place .. "." .. name, value[name]) end
        end
        local globals = {}
        for name, value in pairs(_G) do if not seen[value] then globals[#globals + 1] = name end end
        table.sort(globals)
        for _, name in ipairs(globals) do walk(name, _G[name]) end
        for _, name in ipairs{ ... } do walk(("require %q"):format(name), require(name)) end
        for _, name in ipairs{ "close", "flush", "lines", "read", "seek", "setvbuf", "write" } do
          if io.stdout[name] then found[#found + 1] = "file():" .. name end
        end
        return table.unpack(found)
        """
}
