import Testing

@testable import LuaHost

@Suite("Sandbox levels")
struct SandboxLevelTests {
    /// For each level the functions of a list that scripts may call.
    static let reachable: [SandboxLevel: [String]] = [
        .repl: [
            "os.execute", "io.popen", "os.exit", "os.setlocale", "os.getenv", "package.loadlib",
            "io.open", "os.remove", "os.rename", "os.tmpname", "io.tmpfile", "debug.getinfo",
            "debug.traceback", "os.time", "io.write", "string.rep", "package.searchpath",
        ],
        .script: [
            "io.open", "os.remove", "os.rename", "os.tmpname", "io.tmpfile", "os.getenv",
            "debug.traceback", "os.time", "io.write", "string.rep", "package.searchpath",
        ],
        .lab: [
            "io.open", "os.remove", "os.rename", "os.tmpname", "io.tmpfile", "debug.traceback",
            "os.time", "io.write", "string.rep",
        ],
    ]

    private func state(_ level: SandboxLevel) throws -> (state: LuaState, output: Transcript) {
        let made = try Toys.state { $0.level = level }
        try made.state.sealLibraries()
        return made
    }

    @Test(
        "leave the functions that they promise and no others of the list",
        arguments: SandboxLevel.allCases)
    func functions(_ level: SandboxLevel) throws {
        let state = try state(level).state
        let all = Set(Self.reachable.values.flatMap { $0 })
        let expected = Set(Self.reachable[level] ?? [])
        for path in all.sorted() {
            let type = try state.values("return type(\(path))")
            #expect(type == [expected.contains(path) ? "function" : "nil"], "\(path)")
        }
        let never = "return type(debug.setmetatable), type(debug.getlocal), type(string.dump)"
        #expect(try state.values(never) == ["nil", "nil", "nil"])
    }

    // MARK: Globals

    @Test("leave new globals alone at the prompt")
    func freeGlobals() throws {
        let (state, output) = try state(.repl)
        #expect(
            try state.values("x = 1 function f() y = 2 end f() return x, y, z") == [
                "1", "2", "nil",
            ])
        #expect(output.warnings == [])
    }

    @Test("warn of a new global once, with its place, in scripts of others")
    func warnedGlobals() throws {
        let (state, output) = try state(.script)
        let text = """
            x = 1
            local function f() x, y = 2, 3 end
            f() f() y = nil y = 4 rawset(_G, 'z', 5)
            """
        #expect(state.failure(text) == nil)
        #expect(
            output.warnings == [
                "test:1: new global 'x'; write 'local x' unless other files need it",
                "test:2: new global 'y'; write 'local y' unless other files need it",
            ])
        #expect(try state.values("return x, y, z, unknown") == ["2", "4", "5", "nil"])
    }

    @Test("let only main chunks of a lab make globals, and nobody read unknown ones")
    func strictGlobals() throws {
        let (state, output) = try state(.lab)
        #expect(
            try state.values("count, none = 1 function f() count = 2 end f() return count, none")
                == ["2", "nil"])
        let assigned = try #require(state.failure("local function g() other = 1 end g()"))
        #expect(
            assigned.message
                == "test:1: assignment to undeclared variable 'other'; write 'local other',"
                + " or give it a value outside of functions first")
        let read = try #require(state.failure("return conut"))
        #expect(read.message == "test:1: undeclared variable 'conut'")
        #expect(read.hint == "did you mean 'count'?")
        #expect(try state.values("return rawget(_G, 'conut')") == ["nil"])
        #expect(output.warnings == [])
    }

    // MARK: Libraries

    @Test("of a lab show libraries that cannot be changed")
    func sealed() throws {
        let state = try state(.lab).state
        for change in [
            "string.rep = nil", "string.new = 1", "rawset(string, 'rep', 1)", "nj.fit = nil",
            "nj.toys.ball = 1", "package.loaded.string.rep = 1", "require('math').pi = 3",
            "table.insert(string, 1)", "setmetatable(string, {})", "setmetatable(_G, {})",
            "getmetatable('').__index = {}", "package.loaded.nj.fit = 1", "package.path = 'x'",
        ] {
            #expect(state.failure(change) != nil, "\(change)")
        }
        // They still work, and can be listed.
        #expect(
            try state.values(
                """
                local names = {}
                for name in pairs(math) do names[name] = true end
                return ('x'):rep(3), math.pi > 3, names.floor, nj.toys(2), #nj.toys.ball(1)
                """) == ["xxx", "true", "true", "4", "1"])
        #expect(state.failure("nj.fti()")?.message.contains("did you mean 'fit'?") == true)
        // What the host declares afterwards is there, and sealed, too.
        try state.register(
            Library(functions: [
                Function("late", on: "nj.toys", summary: "x", returns: .integer("x")) { _ in 7 }
            ]))
        #expect(try state.values("return nj.toys.late()") == ["7"])
        #expect(state.failure("nj.toys.late = 1") != nil)
    }

    @Test("of a lab have no finalizers and no say over the collector")
    func finalizers() throws {
        let state = try state(.lab).state
        #expect(
            state.failure("setmetatable({}, { __gc = print })")?.message.contains("__gc") == true)
        #expect(state.failure("getmetatable(io.stdout).__gc = print") != nil)
        #expect(
            try state.values("return getmetatable(setmetatable({}, { __name = 'x' })).__name") == [
                "x"
            ])
        for option in ["stop", "generational", "incremental", "setpause"] {
            #expect(state.failure("collectgarbage('\(option)')") != nil)
        }
        #expect(
            state.failure("collectgarbage() collectgarbage('step') collectgarbage('count')") == nil)
    }
}
