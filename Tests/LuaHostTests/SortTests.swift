import CLua
import Testing

@testable import LuaHost

@Suite("table.sort")
struct SortTests {
    @Test("orders lists as Lua's own does", arguments: [0, 1, 2, 3, 10, 1000])
    func agreement(_ count: Int) throws {
        let text = """
            local state = 7
            local function random()
                state = state * 6364136223846793005 + 1442695040888963407
                return state >> 40
            end
            local numbers, texts = {}, {}
            for i = 1, \(count) do
                numbers[i] = random() % 50 + (random() % 2) / 2
                texts[i] = 'x' .. random()
            end
            table.sort(numbers) table.sort(texts)
            local falling = table.move(numbers, 1, #numbers, 1, {})
            table.sort(falling, function(a, b) return a > b end)
            return table.concat(numbers, ',') .. table.concat(texts, ',') .. table.concat(falling, ',')
            """
        guard let raw = luaL_newstate() else { return }
        defer { lua_close(raw) }
        luaL_openlibs(raw)
        try #require(luaL_loadstring(raw, text) == LUA_OK)
        try #require(lua_pcallk(raw, 0, 1, 0, 0, nil) == LUA_OK)
        #expect(try Toys.state().state.values(text) == [LuaString(raw, -1).description])
    }

    @Test("keeps the order of equal elements")
    func stable() throws {
        let text = """
            local t = {}
            for i = 1, 500 do t[i] = { key = i * 37 % 5, place = i } end
            table.sort(t, function(a, b) return a.key < b.key end)
            for i = 2, #t do
                if t[i - 1].key > t[i].key then return 'unsorted' end
                if t[i - 1].key == t[i].key and t[i - 1].place > t[i].place then return 'unstable' end
            end
            return 'sorted'
            """
        #expect(try Toys.state().state.values(text) == ["sorted"])
    }

    @Test("leaves the list as it was when it fails")
    func failure() throws {
        let state = try Toys.state().state
        try state.run(
            """
            t = { 5, 4, 3, 2, 1, 'x' }
            calls = 0
            function stops() calls = calls + 1 if calls == 4 then error('enough', 0) end return true end
            """)
        #expect(
            try state.values("return pcall(table.sort, t)")
                == ["false", "attempt to compare string with number"])
        #expect(try state.values("return pcall(table.sort, t, stops)") == ["false", "enough"])
        #expect(try state.values("return table.unpack(t)") == ["5", "4", "3", "2", "1", "x"])
    }

    @Test("ends where the order contradicts itself")
    func contradiction() throws {
        let text = """
            local t = {}
            for i = 1, 300 do t[i] = i end
            table.sort(t, function() return true end)
            table.sort(t, function(a, b) return a * b % 3 == 1 end)
            local sum = 0
            for _, x in ipairs(t) do sum = sum + x end
            return #t, sum
            """
        #expect(try Toys.state().state.values(text) == ["300", "45150"])
    }

    @Test("reads and writes through metamethods")
    func metamethods() throws {
        let text = """
            local inner = { 3, 1, 2 }
            local proxy = setmetatable({}, { __len = function() return 3 end,
                __index = function(_, k) return inner[k] end,
                __newindex = function(_, k, v) inner[k] = v end })
            table.sort(proxy)
            return table.unpack(inner)
            """
        #expect(try Toys.state().state.values(text) == ["1", "2", "3"])
    }

    @Test("refuses what is no list or no function")
    func refused() throws {
        let state = try Toys.state().state
        for (call, message) in [
            ("table.sort(1)", "bad argument #1 to 'sort' (table expected, got number)"),
            ("table.sort()", "bad argument #1 to 'sort' (table expected, got no value)"),
            (
                "table.sort({ 1, 2 }, 3)",
                "bad argument #2 to 'sort' (function expected, got number)"
            ),
            (
                "table.sort(setmetatable({}, { __len = function() return 1 << 40 end }))",
                "bad argument #1 to 'sort' (array too big)"
            ),
        ] {
            #expect(state.failure(call)?.message.hasSuffix(message) == true, "\(call)")
        }
    }
}
