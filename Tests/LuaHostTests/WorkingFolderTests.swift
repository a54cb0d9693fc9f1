import Foundation
import Testing

@testable import LuaHost

/// Everything here runs in a folder of its own, beside which lies a file that must stay unknown.
@Suite("Files of a lab")
struct WorkingFolderTests {
    private let outside: URL
    private let folder: URL
    private let state: LuaState

    init() throws {
        let files = FileManager.default
        outside = files.temporaryDirectory.appending(path: UUID().uuidString)
        folder = outside.appending(path: "work")
        let sub = folder.appending(path: "sub")
        try files.createDirectory(at: sub, withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: outside.appending(path: "secret.txt"))
        try Data("secret = 1".utf8).write(to: outside.appending(path: "module.lua"))
        for (name, target) in [
            ("link", "../secret.txt"), ("up", ".."), ("inside", "sub"),
            ("module.lua", "../module.lua"),
        ] {
            try files.createSymbolicLink(
                atPath: folder.appending(path: name).path, withDestinationPath: target)
        }
        mkfifo(folder.appending(path: "pipe").path, 0o600)
        state = try Self.state(folder)
    }

    private static func state(_ folder: URL) throws -> LuaState {
        let state = try Toys.state {
            $0.level = .lab
            $0.workingFolder = folder.path
        }.state
        try state.sealLibraries()
        return state
    }

    @Test("are written, read, moved and removed below the working folder")
    func allowed() throws {
        let text = """
            local f = assert(io.open('sub/./a.txt', 'w'))
            f:write('one\\ntwo\\n') f:close()
            local lines = {}
            for line in io.lines('sub/a.txt') do lines[#lines + 1] = line end
            f = assert(io.open('sub/a.txt', 'a+')) f:write('three') f:seek('set')
            local all = f:read('a') f:close()
            assert(os.rename('sub/a.txt', 'b.txt'))
            io.input('b.txt') local first = io.read() io.input():close() io.input(io.stdin)
            io.output('c.lua') io.write('return 5') io.close() io.output(io.stdout)
            local code = dofile('c.lua') + loadfile('c.lua')()
            local temporary = os.tmpname()
            assert(os.remove(temporary)) assert(os.remove('b.txt')) assert(os.remove('c.lua'))
            local anonymous = assert(io.tmpfile()) anonymous:write('x') anonymous:close()
            return table.concat(lines, '+'), #all, first, code, io.open('b.txt')
            """
        #expect(
            try state.values(text) == [
                "one+two", "13", "one", "10", "nil", "b.txt: No such file or directory", "2",
            ])
        let whole = folder.resolvingSymlinksInPath().path
        #expect(try state.values("return io.open('\(whole)/d', 'w'):close()") == ["true"])
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(left == ["d", "inside", "link", "module.lua", "pipe", "sub", "up"])
    }

    static let escapes = [
        "../secret.txt", "link", "up/secret.txt", "sub/../../secret.txt", "./../secret.txt",
        "none/../../secret.txt", "/etc/passwd", "//etc/passwd", "/proc/self/environ", "/dev/zero",
    ]

    @Test("are out of reach by every other path", arguments: escapes)
    func refused(_ path: String) throws {
        for call in [
            "io.open('\(path)')", "io.open('\(path)', 'w')", "io.lines('\(path)')",
            "io.input('\(path)')", "io.output('\(path)')", "loadfile('\(path)')",
            "dofile('\(path)')",
        ] {
            let found = try state.values(
                "local ok, value, why = pcall(function() return \(call) end)"
                    + " return ok and value ~= nil, tostring(why or value)")
            #expect(found[0] == "false", "\(call)")
            #expect(!found[1].contains("secret ="), "\(call)")
        }
        for call in [
            "os.remove('\(path)/x')", "os.rename('\(path)', 'mine')",
            "os.rename('sub', '\(path)/x')",
        ] {
            // A link itself is a thing of the folder, and may be renamed.
            if path == "link", call.hasPrefix("os.rename('link'") { continue }
            #expect(try state.values("return \(call)")[0] == "nil", "\(call)")
        }
        #expect(throws: LuaError.self) { try state.checkPath(path) }
        let text = try String(contentsOf: outside.appending(path: "secret.txt"), encoding: .utf8)
        #expect(text == "secret")
    }

    @Test("that are folders, pipes or links are no files")
    func special() throws {
        for (path, reason) in [
            ("sub", "Is a directory"), ("pipe", "Operation not permitted"),
            ("link", "a symbolic link, which this level does not follow"),
            ("inside/x", "a symbolic link, which this level does not follow"),
        ] {
            #expect(try state.values("return io.open('\(path)')")[1] == "\(path): \(reason)")
        }
        try state.checkPath("sub/new/file")
        #expect(throws: LuaError.self) { try state.checkPath("inside/file") }
        #expect(throws: LuaError.self) { try state.checkPath("~/file") }
        try Toys.state().state.checkPath("/etc/passwd")
    }

    @Test("that the system would cut at a zero byte are refused at every level")
    func cut() throws {
        for state in [state, try Toys.state().state] {
            #expect(throws: LuaError.self) { try state.checkPath("sub/file\0.txt") }
        }
    }

    @Test("of modules are searched without following links")
    func modules() throws {
        #expect(state.failure("require('module')") != nil)
        #expect(state.failure("require('../module')") != nil)
        #expect(state.failure("require('/etc/passwd')") != nil)
        #expect(state.failure("require('..module')") != nil)
        #expect(try state.values("return rawget(_G, 'secret')") == ["nil"])
    }
}
