import Foundation
import LuaHost
import NightjarLua
import Testing

@testable import NightjarREPL

/// A folder with Lua modules that belong to Nightjar, and a state that knows them.
@Suite("Help on Lua modules, and their names")
final class LuaModuleHelpTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    private let state: LuaState

    init() throws {
        let inner = folder.appending(path: "nightjar/birds")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        let files = [
            "nightjar/night.lua": "--- Flies at dusk.\n---\n--- And sleeps by day.\nreturn 1\n",
            "nightjar/birds.lua":
                "--- Birds.\nreturn setmetatable({}, { __index = function(_, name)"
                + " return require('nightjar.birds.' .. name) end })\n",
            "nightjar/birds/owl.lua":
                "--- An owl.\nreturn setmetatable({}, { __help = 'Hoots.' })\n",
            "nightjar/birds/owl_spec.lua": "",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        var configuration = Session.Configuration()
        configuration.libraryFolders = [folder.path]
        state = try Session(configuration).state
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test("shows the comment at the top of a module's file")
    func headComment() {
        #expect(
            Help(state).text(about: "nj.night")
                == "nj.night\nFlies at dusk.\n\nAnd sleeps by day.")
    }

    @Test("shows what a table says of itself, loaded before or not")
    func ownHelp() throws {
        #expect(Help(state).text(about: "nj.birds.owl") == "Hoots.")
        try state.run("o = nj.birds.owl")
        #expect(Help(state).text(about: "o") == "Hoots.")
    }

    @Test(
        "says that there is none elsewhere", arguments: ["nj.none", "nj.birds.crow", "nj..night"])
    func none(_ name: String) {
        #expect(Help(state).text(about: name).hasPrefix("there is no help on '\(name)'"))
    }

    @Test("completes the modules of a folder, without specs and without loading them")
    func completion() throws {
        func texts(_ text: String) -> [String] {
            Completer(state).completion(LexedForm(Array(text)), text.count).candidates.map(\.text)
        }
        #expect(texts("nj.birds.") == ["owl"])
        #expect(texts("nj.birds.x") == [])
        #expect(texts("nj.nigh") == ["night"])
        try state.run("o = nj.birds.owl")
        #expect(texts("nj.birds.o") == ["owl"])
    }
}
