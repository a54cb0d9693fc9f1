import Testing

@testable import LuaHost

@Suite("Memory")
struct MemoryTests {
    static let cap = 8 << 20

    @Test("refused to a script is an ordinary error that names the limit")
    func message() throws {
        let (state, _) = try Toys.state { $0.memoryLimit = Self.cap }
        let words = "memory limit of 8 MiB exceeded"
        let error = try #require(state.failure("local s = ('x'):rep(1 << 30)"))
        #expect(error.kind == .memory)
        #expect(error.message == words)
        for text in [
            "local t = {} while true do t[#t + 1] = {} end",
            "local s = 'x' while true do s = s .. s end",
        ] {
            #expect(try state.values("return pcall(function() \(text) end)") == ["false", words])
            #expect(
                try state.values(
                    "return coroutine.resume(coroutine.create(function() \(text) end))")
                    == ["false", words])
            #expect(
                try state.values("return pcall(coroutine.wrap(function() \(text) end))")
                    == ["false", words])
        }
        try state.collectGarbage()
        #expect(state.luaBytes < 1 << 20)
    }

    @Test("taken beyond the limit inside a Swift body becomes an error when it returns")
    func deferred() throws {
        let census = Census()
        let (state, _) = try Toys.state { $0.memoryLimit = Self.cap }
        try state.register(
            Library(functions: [
                Function("hoard", on: "nj", summary: "x", returns: .list(of: .string, "x")) {
                    call in
                    let held = Ball(1, census)
                    defer { withExtendedLifetime(held) {} }
                    // Each piece is small, so that only the sum is beyond the limit.
                    return [String](repeating: String(repeating: "x", count: 1 << 15), count: 1000)
                },
                Function("gulp", on: "nj", summary: "x", returns: .list(of: .number, "x")) { call in
                    let held = Ball(1, census)
                    defer { withExtendedLifetime(held) {} }
                    return [Float](repeating: 0, count: 1 << 24)
                },
            ]))
        for name in ["hoard", "gulp"] {
            let error = try #require(state.failure("nj.\(name)()"))
            #expect(error.message.hasSuffix("memory limit of 8 MiB exceeded"))
            #expect(census.count == 0)
            try state.collectGarbage()
            #expect(state.luaBytes < 1 << 20)
        }
        #expect(try state.values("return select('#', pcall(nj.hoard))") == ["2"])
    }

    @Test("outside Lua counts towards the limit, too")
    func nativeLimit() throws {
        let (state, _) = try Toys.state { $0.memoryLimit = Self.cap }
        let grow = "local t = {} for i = 1, 100 do t[i] = nj.toys.ball(1, { bytes = 1 << 20 }) end"
        let error = try #require(state.failure(grow))
        #expect(error.message.hasSuffix("memory limit of 8 MiB exceeded"))
        // Garbage does not count.
        #expect(state.failure("for i = 1, 100 do nj.toys.ball(1, { bytes = 1 << 20 }) end") == nil)
    }

    @Test("is refused before it is taken, after garbage was collected")
    func reserve() throws {
        let (state, _) = try Toys.state { $0.memoryLimit = Self.cap }
        try state.register(
            Library(functions: [
                Function(
                    "reserve", on: "nj", summary: "x", positional: [.integer("bytes", "x")]
                ) { call in
                    try call.reserve(call.integer("bytes"))
                    return nil
                }
            ]))
        #expect(state.failure("nj.reserve(7 << 20)") == nil)
        for bytes in ["9 << 20", "math.maxinteger", "8 << 20"] {
            let error = try #require(state.failure("nj.reserve(\(bytes))"))
            #expect(error.message.hasSuffix("memory limit of 8 MiB exceeded"))
        }
        #expect(state.failure("nj.reserve(-1)") == nil)
        let text = "local b = nj.toys.ball(1, { bytes = 5 << 20 }) b = nil nj.reserve(7 << 20)"
        #expect(state.failure(text) == nil)
        #expect(state.nativeBytes == 0)
    }

    @Test("that objects share counts once, until the last of them goes")
    func shared() throws {
        let (state, _) = try Toys.state()
        let owners = (0..<1000).map { _ in Storage() }
        try state.register(
            Library(
                classes: [Class("nj.View", of: View.self, summary: "x")],
                functions: [
                    Function(
                        "view", on: "nj", summary: "x", positional: [.integer("owner", "x")],
                        returns: .object(View.self, "x")
                    ) { call in
                        View(storage: owners[try call.integer("owner")])
                    }
                ]))
        _ = try state.run("v = {} for i = 1, 1000 do v[i] = nj.view(i % 10) end")
        #expect(state.nativeBytes == 10 * 1000)
        _ = try state.run("for i = 1, 1000 do if i % 10 ~= 3 then v[i] = nil end end")
        try state.collectGarbage()
        #expect(state.nativeBytes == 1000)
        // Many owners, which come and go in any order.
        _ = try state.run(
            """
            local state = 1
            for i = 1, 20000 do
                state = (state * 48271) % 2147483647
                v[state % 300] = nj.view(state % 991)
            end
            """)
        try state.collectGarbage()
        let alive = try state.values(
            "local n = 0 for _ in pairs(v) do n = n + 1 end return n")
        #expect(state.nativeBytes <= 1000 * (Int(alive[0]) ?? 0))
        #expect(state.nativeBytes >= 1000)
        _ = try state.run("v = nil")
        try state.collectGarbage()
        #expect(state.nativeBytes == 0)
    }

    final class Storage: Sendable {}

    struct View: LuaObject {
        let storage: Storage
        var nativeBytes: Int { 1000 }
        var nativeOwner: AnyObject? { storage }
    }

    @Test("outside Lua is collected in time")
    func nativePeak() throws {
        let census = Census()
        let (state, _) = try Toys.state()
        state.attach(census)
        let peak = Peak()
        try state.register(
            Library(functions: [
                Function("look", on: "nj", summary: "x") { call in
                    peak.note(call.state.nativeBytes)
                    return nil
                }
            ]))
        _ = try state.run(
            """
            keep = {} for i = 1, 20000 do keep[i] = { i } end
            for i = 1, 4000 do nj.toys.ball(1, { bytes = 256 * 1024 }) nj.look() end
            """)
        #expect(census.made.load(ordering: .relaxed) == 4000)
        #expect(peak.highest > 0)
        #expect(peak.highest < 64 << 20)
    }

    /// Five hundred scripts from a small grammar of greedy statements.
    @Test("limits hold against 500 greedy scripts", arguments: 0..<10)
    func fuzz(_ batch: Int) throws {
        let census = Census()
        var generator = SystemRandomNumberGenerator.seeded(UInt64(batch) &+ 1)
        for _ in 0..<50 {
            do {
                let (state, _) = try Toys.state {
                    $0.memoryLimit = Self.cap
                    $0.level = .lab
                }
                state.attach(census)
                let text = (0..<8).map { _ in Greed.statement(&generator, depth: 3) }
                    .joined(separator: "\n")
                do {
                    _ = try state.run(text, name: "=fuzz")
                } catch {
                    #expect(error is LuaError, "\(error) in \(text)")
                }
                #expect(state.peakLuaBytes < 4 * Self.cap, "\(text)")
                #expect(try state.values("return 1 + 1") == ["2"], "\(text)")
            }
            #expect(census.count == 0)
        }
    }

    @Test("whose finalizer cannot run, for want of C stack, is released with the state")
    func lostFinalizer() throws {
        let census = Census()
        var state: LuaState? = try Toys.state().state
        state?.attach(census)
        // Leaves garbage at every depth down to the limit of nested C calls.
        _ = try state?.run(
            """
            local function deep(n)
                for i = 1, 50 do nj.toys.ball(1, { bytes = 1 << 16 }) end
                return pcall(deep, n + 1)
            end
            for i = 1, 4 do deep(1) end
            """)
        #expect(census.made.load(ordering: .relaxed) > 5_000)
        state = nil
        #expect(census.count == 0)
    }

    final class Peak: @unchecked Sendable {
        var highest = 0
        func note(_ bytes: Int) { highest = max(highest, bytes) }
    }
}

/// Random scripts that want too much.
enum Greed {
    static func statement(_ generator: inout some RandomNumberGenerator, depth: Int) -> String {
        let size = [10, 1000, 100_000, 10_000_000, 1 << 40].randomElement(using: &generator) ?? 1
        let few = Int.random(in: 1...300, using: &generator)
        let leaves = [
            "s = ('ab'):rep(\(size))", "t = table.pack(('x'):rep(\(few)):byte(1, -1))",
            "local t = {} for i = 1, math.min(\(size), 300000) do t[i] = i end keep = t",
            "local t = {} for i = 1, math.min(\(size), 20000) do t['k' .. i] = { i } end keep = t",
            "local function f(n) return n > 0 and 1 + f(n - 1) or 0 end f(\(size))",
            "local function f(n) local t = { n } return n > 0 and f(n - 1) .. 'x' or '' end f(\(few))",
            "keep = table.concat({ s or '', s or '', s or '' })",
            "keep = string.format('%99d' .. ('%s'):rep(\(few)), 1)",
            "local o = {} for i = 1, math.min(\(size), 20000) do o['o' .. i] = i end nj.fit(nj.toys.ball(1), o)",
            "nj.pick(1, table.pack(('x'):rep(\(few)):byte(1, -1)))",
            "nj.sum(keep)", "nj.nested(keep)", "nj.nested{ { 1, 2 }, { 3, \(few) } }",
            "keep = nj.toys.ball(\(few), { bytes = \(size) })",
            "for i = 1, 1000 do keep = nj.toys.ball(1, { bytes = 100000 }) end",
            "setmetatable({}, { __gc = function() while true do end end })",
            "error({ \(few) })", "error(nil)", "error(('x'):rep(\(few)))",
            "keep = load(('x = { '):rep(\(few)) .. '1')",
            "keep = load('return ' .. ('('):rep(\(few)))",
            "string.gsub(('x'):rep(math.min(\(size), 300000)), 'x', '%0%0%0')",
            "local co = coroutine.wrap(function() while true do coroutine.yield(('x'):rep(\(few))) end end)"
                + " for i = 1, \(few) do co() end",
            "local c = coroutine.create(function() nj.fit(nj.toys.ball(1), { on_epoch = coroutine.yield }) end)"
                + " print(coroutine.resume(c))",
            "nj.toys.ball(1):free()", "local b <close> = nj.toys.ball(1)",
            "table.sort(keep, function(a, b) return true end)",
            "keep = table.pack(table.unpack({}, 1, \(size)))",
            "for i = 1, 20 do s = (s or 'x') .. (s or 'y') end", "collectgarbage()",
            "collectgarbage('stop')", "print(#tostring(keep))",
            "local f f = function(e) return f(e .. e) end xpcall(error, f, 'x')",
            "local function deep(n) return pcall(deep, n + 1) end deep(1)",
            "local function wrap(n) return coroutine.wrap(wrap)(n + 1) end wrap(1)",
        ]
        guard depth > 0, Int.random(in: 0..<3, using: &generator) == 0 else {
            return "do \(leaves.randomElement(using: &generator) ?? "") end"
        }
        let inner = statement(&generator, depth: depth - 1)
        let shells = [
            "pcall(function() \(inner) end)",
            "xpcall(function() \(inner) end, function(m) return m end)",
            "for i = 1, 3 do \(inner) end", "coroutine.wrap(function() \(inner) end)()",
            "print(coroutine.resume(coroutine.create(function() \(inner) end)))",
            "nj.fit(nj.toys.ball(2), { epochs = 3, on_epoch = function() \(inner) end })",
            "pcall(nj.fit, nj.toys.ball(2), { epochs = 3, on_epoch = function() \(inner) end })",
        ]
        return shells.randomElement(using: &generator) ?? inner
    }
}

extension SystemRandomNumberGenerator {
    /// A generator that gives the same numbers on every run.
    static func seeded(_ seed: UInt64) -> some RandomNumberGenerator { SplitMix(state: seed) }

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
