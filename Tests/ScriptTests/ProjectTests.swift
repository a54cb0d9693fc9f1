import Foundation
import Testing

@Suite("Projects")
struct ProjectTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    /// The folder of this project, with stdlib in it.
    private static var root: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    private static let home = ["NIGHTJAR_HOME": root]

    @Test("pass the specs of the Lua modules of Nightjar itself")
    func ownSpecs() throws {
        // Specs train models, which takes minutes beside other tests.
        let run = try NightjarRun(
            "test", Self.root + "/stdlib", environment: Self.home)
        run.expectEnd(status: 0)
        #expect(run.output.contains(" passed, 0 failed\n"))
    }

    @Test("show each failing case with its line, count the others, and exit with 1")
    func failures() throws {
        try folder.write(
            "it('holds', function() assert.equal(1, 1) end)", to: "specs/a_spec.lua")
        try folder.write(
            "describe('sums', function()\n  it('add', function()\n    assert.equal(3, 1 + 1)\n  end)\n"
                + "  it('wait')\nend)\n", to: "specs/deep/b_spec.lua")
        try folder.write("it(", to: "specs/deep/c_spec.lua")
        try folder.write("error('not a spec')", to: "specs/deep/other.lua")
        try folder.write("error('hidden')", to: "specs/.hidden/d_spec.lua")
        let process = try NightjarProcess(
            ["test", "specs"], environment: Self.home, in: folder.path)
        try process.expectEnd(status: 1)
        #expect(
            process.seen == """
                specs/a_spec.lua: 1 passed, 0 failed
                specs/deep/b_spec.lua: 0 passed, 1 failed, 1 pending
                  FAIL sums > add
                    specs/deep/b_spec.lua:3: expected 3, got 2
                    3 | assert.equal(3, 1 + 1)
                specs/deep/c_spec.lua: 0 passed, 1 failed
                  FAIL specs/deep/c_spec.lua
                    specs/deep/c_spec.lua:1: unexpected symbol near <eof>
                    1 | it(
                1 passed, 2 failed, 1 pending

                """)
    }

    @Test("without specs, or without the module that runs them, are told what to do")
    func missing() throws {
        let none = try NightjarRun("test", folder.path, environment: Self.home)
        none.expectEnd(status: 1)
        #expect(none.errors == "nightjar: no *_spec.lua in \(folder.path); give their folder\n")
        let file = try folder.write("it('x')", to: "x_spec.lua")
        let lost = try NightjarRun("test", file, environment: ["NIGHTJAR_HOME": "/no/such"])
        lost.expectEnd(status: 1)
        #expect(lost.errors.contains("set NIGHTJAR_HOME to the folder of stdlib"))
    }

    @Test("are made with a script that runs, specs that pass, and definitions for editors")
    func template() throws {
        let project = folder.path(of: "paper")
        try NightjarRun("init", project).expectEnd(status: 0)
        let files = try Set(FileManager.default.contentsOfDirectory(atPath: project))
        #expect(
            files == [
                ".gitignore", ".luarc.json", "DATA.md", "README.md", "experiment.lua",
                "measures.lua",
                "measures_spec.lua", "nightjar.d.lua",
            ])
        let settings = try Data(contentsOf: URL(filePath: project + "/.luarc.json"))
        #expect(try JSONSerialization.jsonObject(with: settings) is [String: Any])
        let definitions = try String(
            contentsOfFile: project + "/nightjar.d.lua", encoding: .utf8)
        #expect(try NightjarRun("meta").output == definitions)
        let specs = try NightjarRun("test", project, environment: Self.home)
        specs.expectEnd(status: 0)
        let results = folder.path(of: "results.json")
        let run = try NightjarRun(
            "run", project + "/experiment.lua", "--epochs=1", "--json", results)
        run.expectEnd(status: 0)
        #expect(run.errors == "")
        #expect(FileManager.default.fileExists(atPath: results))
        let again = try NightjarRun("init", project)
        again.expectEnd(status: 1)
        #expect(again.errors.contains("choose another name"))
    }
}
