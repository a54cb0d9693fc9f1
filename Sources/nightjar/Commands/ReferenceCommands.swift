// nightjar docs, nightjar meta

import ArgumentParser
import LuaHost
import NightjarLua
import NightjarREPL

/// Prints the reference pages.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Print the reference of the Lua functions as Markdown.")

    func run() throws { Console.standard().write(MarkdownReference(.everything).text()) }
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
