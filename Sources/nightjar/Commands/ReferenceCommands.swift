// nightjar docs, nightjar meta

import ArgumentParser
import LuaHost
import NightjarLua
import NightjarREPL
import NightjarRuntime

/// Prints the reference pages.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs",
        abstract: "Print the reference of the Lua functions, as Markdown or as one HTML page.",
        discussion: """
            The page has its index, its colours and its filter in it and reads without a network:
              nightjar docs --html -o reference.html
            """)

    @Flag(help: "Write one HTML page instead of Markdown.")
    var html = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Write to this file instead of the output.", valueName: "file"))
    var output: String?

    func run() throws {
        let modules = LuaModulePage.all(of: .everything, in: Installation.libraryFolders)
        let text =
            html
            ? HTMLReference(.everything, modules: modules).text()
            : MarkdownReference(.everything, modules: modules).text()
        let console = Console.standard()
        guard let output else { return console.write(text) }
        do {
            try DurableFile.write(to: output) { try $0.append(text) }
        } catch {
            console.notice("nightjar: \(error)")
            throw ExitCode(1)
        }
    }
}

/// Prints definitions for editors.
struct MetaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meta",
        abstract: "Print definitions for editors with the Lua language server.",
        discussion: "Write them to a file nightjar.d.lua in a folder of workspace.library.")

    func run() throws { Console.standard().write(EditorDefinitions(.everything).text()) }
}

extension Library {
    /// All libraries in one.
    static var everything: Library {
        NightjarLibrary.libraries().reduce(into: Library()) { $0.add($1) }
    }
}
