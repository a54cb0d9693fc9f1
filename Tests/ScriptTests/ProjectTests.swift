import Foundation
import Testing

@Suite("Projects")
struct ProjectTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// The folder of this project, with stdlib in it.
    private static var root: String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    private static let home = ["NIGHTJAR_HOME": root]

    private func write(_ text: String, to name: String) throws -> String {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test("pass the specs of the Lua modules of Nightjar itself")
    func ownSpecs() throws {
        let run = try NightjarRun("test", Self.root + "/stdlib", environment: Self.home)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.contains(" passed, 0 failed\n"))
    }

    @Test("show each failing case with its line, count the others, and exit with 1")
    func failures() throws {
        let good = try write("it('holds', function() assert.equal(1, 1) end)", to: "a_spec.lua")
        let bad = try write(
            "describe('sums', function()\n  it('add', function()\n    assert.equal(3, 1 + 1)\n  end)\n"
                + "  it('wait')\nend)\n", to: "deep/b_spec.lua")
        let broken = try write("it(", to: "deep/c_spec.lua")
        _ = try write("error('not a spec')", to: "deep/other.lua")
        _ = try write("error('hidden')", to: ".hidden/d_spec.lua")
        let run = try NightjarRun("test", folder.path, environment: Self.home)
        #expect(run.status == 1)
        #expect(
            run.output == """
                \(good): 1 passed, 0 failed
                \(bad): 0 passed, 1 failed, 1 pending
                  FAIL sums > add
                    \(bad):3: expected 3, got 2
                    3 | assert.equal(3, 1 + 1)
                \(broken): 0 passed, 1 failed
                  FAIL \(broken)
                    \(broken):1: unexpected symbol near <eof>
                    1 | it(
                1 passed, 2 failed, 1 pending

                """)
    }

    @Test("without specs, or without the module that runs them, are told what to do")
    func missing() throws {
        let none = try NightjarRun("test", folder.path, environment: Self.home)
        #expect(none.status == 1)
        #expect(none.errors == "nightjar: no *_spec.lua in \(folder.path); give their folder\n")
        let file = try write("it('x')", to: "x_spec.lua")
        let lost = try NightjarRun("test", file, environment: ["NIGHTJAR_HOME": "/no/such"])
        #expect(lost.status == 1)
        #expect(lost.errors.contains("set NIGHTJAR_HOME to the folder of stdlib"))
    }

    @Test("are made with a script that runs, specs that pass, and definitions for editors")
    func template() throws {
        let project = folder.appending(path: "paper").path
        #expect(try NightjarRun("init", project).status == 0)
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
        #expect(specs.status == 0, "\(specs.output)\(specs.errors)")
        let results = folder.appending(path: "results.json").path
        let run = try NightjarRun(
            "run", project + "/experiment.lua", "--epochs=1", "--json", results)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors == "")
        #expect(FileManager.default.fileExists(atPath: results))
        let again = try NightjarRun("init", project)
        #expect(again.status == 1)
        #expect(again.errors.contains("choose another name"))
    }
}
