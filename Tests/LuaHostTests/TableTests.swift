import CLua
import Testing

@testable import LuaHost

@Suite("Functions on tables")
struct TableTests {
    @Test("insert, remove and move as Lua's own do", arguments: 1...3)
    func agreement(_ seed: Int) throws {
        let text = """
            local state = \(seed)
            local function random(low, high)
                state = (state * 6364136223846793005 + 1442695040888963407)
                return (state >> 33) % (high - low + 1) + low
            end
            local log = {}
            local function show(t)
                for i = -4, 16 do log[#log + 1] = tostring(t[i]) end
            end
            local function note(ok, value)
                log[#log + 1] = ok and type(value) or value
            end
            for _ = 1, 3000 do
                local t, u = {}, {}
                for i = 1, random(0, 8) do t[i] = i u[i] = -i end
                note(pcall(table.move, t, random(-1, 6), random(-1, 8), random(-2, 8)))
                note(pcall(table.move, t, random(-1, 6), random(-1, 8), random(-2, 8), u))
                note(pcall(table.insert, t, random(-1, 10), 'new'))
                note(pcall(table.remove, u, random(-1, 10)))
                note(pcall(table.insert, t, 'last'))
                note(pcall(table.remove, u))
                show(t) show(u)
            end
            local proxy = setmetatable({}, { __len = function() return 3 end,
                __index = function(_, k) return k * 10 end,
                __newindex = function(_, k, v) log[#log + 1] = k .. '=' .. tostring(v) end })
            table.insert(proxy, 2, 'x') log[#log + 1] = table.remove(proxy, 1)
            for _, call in ipairs{ { nil, 1 }, { {}, 1, 2, 3 }, { {} }, { 'x', 1 } } do
                note(pcall(table.insert, table.unpack(call, 1, 4)))
            end
            note(pcall(table.move, {}, 1, math.maxinteger, 2)) note(pcall(table.move, {}, 1, 2))
            note(pcall(table.move, {}, math.mininteger, 0, 1)) note(pcall(table.remove, 1))
            return table.concat(log, ',')
            """
        guard let raw = luaL_newstate() else { return }
        defer { lua_close(raw) }
        luaL_openlibs(raw)
        try #require(luaL_loadstring(raw, text) == LUA_OK)
        try #require(lua_pcallk(raw, 0, 1, 0, 0, nil) == LUA_OK)
        #expect(try Toys.state().state.values(text) == [LuaString(raw, -1).description])
    }
}
