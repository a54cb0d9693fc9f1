import CLua
import Testing

@testable import LuaHost

@Suite("Patterns")
struct PatternTests {
    /// A program of random searches; it gives all results as one text.
    private static func program(seed: Int) -> String {
        """
        local state = \(seed)
        local function random(n)
            state = (state * 6364136223846793005 + 1442695040888963407)
            return (state >> 33) % n + 1
        end
        local atoms = { 'a', 'b', '.', '%a', '%d', '%s', '%w', '%x', '%z', '%A', '%p', '%l', '%u', '%c',
            '%g', '[ab]', '[^ab]', '[a-c]', '[%a_]', '[]]', '[^]a]', '[a-]', '%b()', '%bab', '%f[a]',
            '%f[^%w]', '%f[%z]', '()', '(', ')', '(a)', '(.-)', '(a*)', '%1', '%2', '%0', '%', '[', '[a',
            '[%', '$', '^', '%%', '%.', '-', '*', '+', '?', '\\0', '1', ' ', '(()', '%f', '%b', '%ba' }
        local suffixes = { '', '', '', '*', '+', '-', '?' }
        local letters = { 'a', 'b', 'c', 'A', '1', ' ', '(', ')', '_', '\\0', '.', '%', ']', '\\n', '-' }
        local replacements = { '', 'x', '%0', '%1', '%2', '%%', '%', '%a', '<%1>', 'a%9', 12,
            { a = 1, b = false }, function(...) return select('#', ...) % 2 == 0 and (...) end }
        local function pattern()
            local parts = { random(8) == 1 and '^' or '' }
            for _ = 1, random(6) - 1 do
                parts[#parts + 1] = atoms[random(#atoms)] .. suffixes[random(#suffixes)]
            end
            return table.concat(parts) .. (random(8) == 1 and '$' or '')
        end
        local function subject()
            local parts = {}
            for i = 1, random(15) - 1 do parts[i] = letters[random(#letters)] end
            return table.concat(parts)
        end
        local function matches(s, p, init)
            local all = {}
            for a, b in s:gmatch(p, init) do
                all[#all + 1] = tostring(a) .. ':' .. tostring(b)
            end
            return table.concat(all, ';')
        end
        local log = {}
        local function note(...)
            local results = table.pack(...)
            for i = 1, results.n do
                log[#log + 1] = tostring(results[i]):gsub('0x%x+', ''):gsub('^[^:]*:%d+: ', '')
            end
        end
        for _ = 1, 4000 do
            local s, p, init = subject(), pattern(), random(33) - 17
            note(pcall(string.find, s, p, init, random(4) == 1))
            note(pcall(string.match, s, p, init))
            note(pcall(string.gsub, s, p, replacements[random(#replacements)], random(5) - 2))
            note(pcall(matches, s, p, init))
        end
        return table.concat(log, ',')
        """
    }

    /// What the program gives in a state without anything of the host.
    private static func judgement(_ text: String) -> String? {
        guard let raw = luaL_newstate() else { return nil }
        defer { lua_close(raw) }
        luaL_openlibs(raw)
        guard luaL_loadstring(raw, text) == LUA_OK, lua_pcallk(raw, 0, 1, 0, 0, nil) == LUA_OK
        else { return nil }
        return LuaString(raw, -1).description
    }

    @Test("rep repeats as Lua's own does, but nothing at once, however often")
    func repetition() throws {
        let state = try Toys.state().state
        #expect(
            try state.values(
                """
                return ('ab'):rep(3), ('ab'):rep(2, ','), ('ab'):rep(0), ('ab'):rep(-1, ','),
                    (''):rep(3, ','), #(''):rep(math.maxinteger), (''):rep(math.maxinteger, ''),
                    select(2, pcall(string.rep)), select(2, pcall(string.rep, 'x', 'y')),
                    select(2, pcall(string.rep, 'xy', math.maxinteger))
                """) == [
                    "ababab", "ab,ab", "", "", ",,", "0", "",
                    "bad argument #1 to 'string.rep' (string expected, got no value)",
                    "bad argument #2 to 'string.rep' (number expected, got string)",
                    "resulting string too large",
                ])
    }

    @Test("find, match and replace what Lua's own functions do", arguments: 1...4)
    func agreement(_ seed: Int) throws {
        let text = Self.program(seed: seed)
        let expected = try #require(Self.judgement(text))
        #expect(expected.count > 100_000)
        #expect(try Toys.state().state.values(text) == [expected])
    }

    @Test("have the messages of Lua's own")
    func messages() throws {
        let state = try Toys.state().state
        for (call, message) in [
            ("('x'):find('[')", "malformed pattern (missing ']')"),
            ("('x'):find('%')", "malformed pattern (ends with '%')"),
            ("('x'):find('x(')", "unfinished capture"),
            ("('x'):match(')')", "invalid pattern capture"),
            ("('x'):find(('()'):rep(33))", "too many captures"),
            ("('x'):rep(300):find(('x?'):rep(300))", "pattern too complex"),
            ("('x'):gsub('x', '%2')", "invalid capture index %2"),
            ("('x'):gsub('x', print)", nil),
            ("('x'):gsub('x', true)", "string/function/table expected, got boolean"),
            ("('x'):gsub('x', function() return {} end)", "invalid replacement value (a table)"),
        ] {
            let found = state.failure("return \(call)")?.message
            #expect(
                message.map { found?.contains($0) == true } ?? (found == nil),
                "\(call): \(found ?? "")")
        }
    }
}
