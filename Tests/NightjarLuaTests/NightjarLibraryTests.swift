import LuaHost
import Testing

@testable import NightjarLua

@Suite("What scripts reach")
struct NightjarLibraryTests {
    @Test("from nj is what the declarations list, no more and no less")
    func reachable() throws {
        let found = try Script().run(
            """
            local names = {}
            local function walk(value, path)
              for key, field in next, value do
                local name = path .. "." .. key
                if type(field) == "function" then names[#names + 1] = name end
                if type(field) == "table" then walk(field, name) end
              end
            end
            walk(nj, "nj")
            table.sort(names)
            return table.concat(names, " ")
            """)
        let declared = NightjarLibrary.libraries().flatMap(\.functions)
            .filter { !$0.isMethod && $0.name != "__call" }.map(\.qualifiedName)
        #expect(found == declared.sorted().joined(separator: " "))
        #expect(declared.count > 60)
    }
}
