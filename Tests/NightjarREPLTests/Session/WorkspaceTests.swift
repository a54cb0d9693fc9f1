import Testing

@testable import NightjarREPL

@Suite("Variables of a session")
struct WorkspaceTests {
    @Test("are listed with their kinds and sizes")
    func who() throws {
        try expect(
            """
            nj> who()
            no variables yet; x = 1 makes one
            nj> t = nj.tensor.zeros({ 512, 512 })
            nj> list, text, n = { 1, 2, x = {} }, "some words", 7
            nj> list;
            nj> who()
            list  table            3  { … }
            n     number              7
            t     nj.Tensor  1.0 MiB  Tensor 512x512 f32  min 0  max 0  mean 0 …
            text  string        10 B  "some words"
            """)
    }

    @Test("may be many, long and strange without a long answer")
    func strange() throws {
        let screen = try Dialogue(
            """
            nj> s = ("x"):rep(1e6)
            nj> big = {} for i = 1, 2e5 do big[i] = i end
            nj> bad = setmetatable({}, { __tostring = function() error("no") end })
            nj> co = coroutine.create(print)
            nj> t = nj.tensor.zeros({ 2 }) t:free()
            nj> who()
            """
        ).screen
        let lines = screen.split(separator: "\n").drop { $0 != "nj> who()" }.dropFirst()
        #expect(lines.count == 5)
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(screen.contains("100000+"))
        #expect(screen.contains("976 KiB"))
        #expect(screen.contains("freed"))
    }

    @Test("are listed up to a number that can be read")
    func crowd() throws {
        let screen = try Dialogue(
            "nj> for i = 1, 600 do _G[('v%03d'):format(i)] = i end\nnj> who()"
        )
        .screen
        #expect(screen.contains("\nv500  number    500\n… (100 more)\n"))
    }

    @Test("may ask for help and for each other when all is over")
    func finalizers() throws {
        let form = "x = setmetatable({}, { __gc = function() who() help() apropos 'x' end })"
        try expect("nj> \(form)", exitCode: 0)
    }

    @Test("are forgotten by :reset, with modules and results, but not what was there before")
    func reset() throws {
        try expect(
            """
            nj> x = 5; package.loaded.mine = {}
            nj> 1
            1
            nj> :reset
            nj> x, _, package.loaded.mine
            nil
            nil
            nil
            nj> nj.tensor{ 1 }:sum()
            1.0
            nj> who()
            no variables yet; x = 1 makes one
            """)
    }

    @Test("may take names of Lua and Nightjar, which are listed then and come back with :reset")
    func takenNames() throws {
        try expect(
            """
            nj> type = "drama"; print = nil; nj = nil
            nj> who()
            type  string  5 B  "drama"
            nj> :reset
            nj> type(print), nj ~= nil
            "function"
            true
            nj> who()
            no variables yet; x = 1 makes one
            """)
    }
}
