import Foundation
import LuaHost
import NightjarRuntime
import Testing

@testable import NightjarLua

@Suite("Session")
struct SessionTests {
    @Test("declares nothing that is not documented")
    func documented() {
        let all = NightjarLibrary.libraries().reduce(into: Library()) { $0.add($1) }
        #expect(all.problems() == [])
    }

    @Test("gives scripts their arguments as Lua does")
    func arguments() throws {
        let running = try RunningSession(
            "print(#arg, arg[1], arg[2], ..., arg[0]:match('[^/]*$'))", arguments: ["a", "b c"])
        #expect(running.failure() == nil)
        #expect(running.output == "2\ta\tb c\ta\tscript.lua\n")
    }

    @Test("finds modules beside the script first")
    func scriptFolder() throws {
        let running = try RunningSession("print(require('beside').name)")
        try Data("return { name = 'mine' }".utf8)
            .write(to: running.folder.appending(path: "beside.lua"))
        #expect(running.failure() == nil)
        #expect(running.output == "mine\n")
    }

    @Test("knows its version, threads, memory and time")
    func facts() throws {
        let running = try RunningSession(
            """
            collectgarbage()
            local before, bytes = nj.clock(), nj.memory().lua
            local big = ("x"):rep(1e6)
            collectgarbage()
            local grown = nj.memory().lua - bytes
            print(nj.version, nj.threads >= 1, grown >= 1e6 and grown < 1.1e6, nj.memory().native)
            print(nj.clock() >= before, nj.clock() - before < 60)
            """)
        #expect(running.failure() == nil)
        #expect(running.output == "\(Version.current)\ttrue\ttrue\t0\ntrue\ttrue\n")
    }

    @Test("suggests names, and lists modules without their specs")
    func names() throws {
        let running = try RunningSession(
            """
            print(nj.closest("cuont", { "share", "count" }), nj.closest("x", { "y" }))
            print(table.concat(nj.modules("own"), " "), #nj.modules("none"))
            nj.progress(1, 2, { task = "looking", unit = "files" })
            print(table.concat(nj.modules(""), " "))
            for _, name in ipairs{ "..", "a..b", "a/b" } do print(pcall(nj.modules, name)) end
            """)
        let own = running.folder.appending(path: "own")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        for name in ["own/b.lua", "own/a.lua", "own/a_spec.lua", "own/notes.txt", "beside.lua"] {
            try Data().write(to: running.folder.appending(path: name))
        }
        #expect(running.failure() == nil)
        let lines = running.output.split(separator: "\n")
        try #require(lines.count == 6)
        #expect(lines.prefix(2) == ["count\tnil", "own.a own.b\t0"])
        #expect(lines[2].split(separator: " ").contains("beside"))
        for line in lines.dropFirst(3) { #expect(line.contains("is no name of a module")) }
    }

    @Test("hands warnings to the notices")
    func warnings() throws {
        let running = try RunningSession("warn('careful')")
        #expect(running.failure() == nil)
        #expect(running.notices == ["warning: careful"])
    }
}
