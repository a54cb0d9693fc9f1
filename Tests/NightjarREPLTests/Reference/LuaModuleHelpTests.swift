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
            "nightjar/night.lua": """
            --- Flies at dusk. In the open.
            ---
            --- And sleeps by day.

            local night = {}

            --- Finds a moth.
            ---@param place string where to look
            ---@return integer moths
            function night.find(place) return #place end

            local function hidden() end

            --- Eats some.
            ---@param options? { count?: integer } how many
            function Moths:eat(options) return options end

            return night
            """,
            "nightjar/birds.lua":
                "--- Birds.\nreturn setmetatable({}, { __index = function(_, name)"
                + " if name == 'kiwi' then return setmetatable({}, { __help = 'Walks.' }) end"
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
                == "nj.night\nFlies at dusk. In the open.\n\nAnd sleeps by day.")
    }

    @Test("shows the comment above a function of a module")
    func function() {
        #expect(
            Help(state).text(about: "nj.night.find") == """
                nj.night.find(place)
                Finds a moth.

                - `place` (string): where to look
                - gives integer moths
                """)
    }

    @Test("lists modules below the one that they belong to")
    func lists() {
        let lines = Help(state).text(about: "nj").split(separator: "\n")
        #expect(lines.contains { $0.hasPrefix("  nj.night ") && $0.hasSuffix(" Flies at dusk.") })
    }

    @Test("puts modules behind what is declared on the reference pages")
    func pages() {
        let modules = LuaModulePage.all(of: state.declarations, in: [folder.path])
        #expect(modules.map(\.name) == ["nj.birds", "nj.birds.owl", "nj.night"])
        let text = MarkdownReference(state.declarations, modules: modules).text()
        #expect(
            text.hasSuffix(
                """
                ## nj.night

                Flies at dusk. In the open.

                And sleeps by day.

                    nj.night.find(place)

                Finds a moth.

                - `place` (string): where to look
                - gives integer moths

                    moths:eat(options)

                Eats some.

                - `options?` ({ count?: integer }): how many

                """))
        let page = HTMLReference(state.declarations, modules: modules).text()
        #expect(page.contains("<li>`place` (string): where to look</li>"))
    }

    @Test("shows what a table says of itself, loaded before or not")
    func ownHelp() throws {
        #expect(Help(state).text(about: "nj.birds.owl") == "Hoots.")
        try state.run("o = nj.birds.owl")
        #expect(Help(state).text(about: "o") == "Hoots.")
    }

    @Test("shows what a table that a module finds elsewhere says of itself")
    func foundElsewhere() {
        #expect(Help(state).text(about: "nj.birds.kiwi") == "Walks.")
    }

    @Test(
        "says that there is none elsewhere",
        arguments: ["nj.none", "nj.birds.crow", "nj..night", "nj.birds.owl() error() --"])
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
