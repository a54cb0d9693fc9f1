import Testing

@testable import LuaHost

@Suite("Values")
struct ValueTests {
    /// A conversion that breaks its promise of one value.
    struct Careless: LuaConvertible {
        func push(onto stack: LuaStack) throws {
            stack.pushNil()
            stack.pushNil()
        }
    }

    @Test("go to Lua and come back the same")
    func roundTrips() throws {
        let (state, _) = try Toys.state()
        let identity = try #require(try state.run("return function(x) return x end").first)
        guard case .function(let same) = identity else {
            Issue.record("expected a function")
            return
        }
        for value in [0, 1, -1, Int.max, Int.min] { #expect(try same(value).int == value) }
        for value in [0.5, -1e300, .infinity] { #expect(try same(value).double == value) }
        #expect(try same(Double.nan).double?.isNaN == true)
        for value in ["", "a", "Ünïcödé ✓", "a\0b"] { #expect(try same(value).text == value) }
        let bytes = LuaString(bytes: Array(0...255))
        guard case .string(bytes) = try same(bytes) else {
            Issue.record("bytes changed")
            return
        }
        #expect(try same(bytes).text == nil)
        #expect(try same(nil).isNil)
        #expect(try same(Int?.none).isNil)
        #expect(try same(Int?.some(3)).int == 3)
        guard case .boolean(true) = try same(true) else {
            Issue.record("a boolean changed")
            return
        }
    }

    @Test("tell integers from floats as Lua does")
    func numbers() throws {
        let (state, _) = try Toys.state()
        let values = try state.run("return 1, 1.0, 1.5, 2^53, '1', 2^63")
        #expect(values.map(\.int) == [1, 1, nil, 1 << 53, nil, nil])
        #expect(values.map(\.double) == [1, 1, 1.5, 0x1p53, nil, 0x1p63])
        #expect(
            try state.run("return nil, true, 1, 'x', {}, print, nj.toys.ball(1), io.stdout")
                .map(\.typeName)
                == [
                    "nil", "boolean", "number", "string", "table", "function", "nj.Ball",
                    "userdata",
                ])
    }

    @Test("that are lists and records become tables")
    func tables() throws {
        let (state, _) = try Toys.state()
        try state.globals.set("ints", to: [1, 2, 3])
        try state.globals.set("floats", to: [Float](repeating: 0.5, count: 1000))
        try state.globals.set("nested", to: [["a"], ["b", "c"], []])
        try state.globals.set("map", to: ["x": 1.5, "y": 2.5])
        try state.globals.set("record", to: LuaRecord(["n": 3, "s": "t", "none": nil, "l": [1]]))
        try state.globals.set("mixed", to: LuaList([1, "two", [3.0]]))
        try state.globals.set("several", to: LuaResults(1, nil, "x"))
        #expect(
            try state.values(
                """
                return #ints, ints[3], #floats, floats[1000], #nested, nested[2][2], #nested[3],
                    map.x + map.y, record.n, record.s, record.none, record.l[1],
                    mixed[2], mixed[3][1], several[1], several[3]
                """)
                == [
                    "3", "3", "1000", "0.5", "3", "c", "0", "4.0", "3", "t", "nil", "1", "two",
                    "3.0",
                    "1", "x",
                ])
    }

    @Test("that push more or less than one value break no table")
    func careless() throws {
        let (state, _) = try Toys.state()
        try state.globals.set("list", to: LuaList([Careless(), 2, LuaResults(3, 4), 5]))
        try state.globals.set(
            "record", to: LuaRecord(["a": Careless(), "b": LuaResults(), "c": 3]))
        #expect(
            try state.values("return #list, list[2], list[3][2], list[4], record.b[1], record.c")
                == ["4", "2", "4", "5", "nil", "3"])
    }

    @Test("in tables are read without running any metamethod")
    func rawAccess() throws {
        let (state, _) = try Toys.state()
        let results = try state.run(
            """
            local trap = function() error("ran") end
            return setmetatable({ 1, 2.0, 3, x = "y" },
                { __index = trap, __len = trap, __pairs = trap, __newindex = trap })
            """)
        guard case .table(let table) = try #require(results.first) else {
            Issue.record("expected a table")
            return
        }
        #expect(try table.count() == 3)
        #expect(try table.integers() == [1, 2, 3])
        #expect(try table.numbers() == [1, 2, 3])
        #expect(try table.get("x").text == "y")
        #expect(try table.get("absent").isNil)
        try table.set("z", to: 5)
        try table.set(1, to: nil)
        #expect(try table.fields().map(\.key) == ["x", "z"])
        #expect(try table.pairs().count == 4)
        #expect(throws: LuaError.self) { try table.set(nil as Int?, to: 1) }
        #expect(throws: LuaError.self) { try table.set(Double.nan, to: 1) }
        #expect(throws: (any Error).self) { try table.strings() }
    }

    @Test("that Swift drops are dropped by Lua, too")
    func released() throws {
        let census = Census()
        let (state, _) = try Toys.state()
        state.attach(census)
        for _ in 0..<100 { _ = try state.run("return nj.toys.ball(1)") }
        #expect(census.made.load(ordering: .relaxed) == 100)
        _ = try state.run("return 1")
        try state.collectGarbage()
        #expect(census.count == 0)
    }

    @Test("that are iterators work in a for loop")
    func iterator() throws {
        let (state, _) = try Toys.state()
        try state.register(
            Library(functions: [
                Function(
                    "count", on: "nj", summary: "Counts.", positional: [.integer("to", "where to")],
                    returns: .function("an iterator")
                ) { call in
                    var range = (1...max(1, try call.integer("to"))).makeIterator()
                    return LuaIterator { range.next() }
                }
            ]))
        #expect(
            try state.values("local s = 0 for i in nj.count(10) do s = s + i end return s") == [
                "55"
            ])
    }
}
