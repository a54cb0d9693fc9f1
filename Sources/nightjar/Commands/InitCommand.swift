// nightjar init

import ArgumentParser
import Glibc
import LuaHost
import NightjarLua
import NightjarREPL
import NightjarRuntime

/// Makes the folder of a paper or a lab.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a folder for a paper or a lab: a first script, a spec, and notes.")

    @Argument(help: "The folder to make.")
    var name: String

    func run() throws {
        let console = Console.standard()
        guard mkdir(name, 0o777) == 0 else {
            let reason = String(cString: strerror(errno))
            console.notice("nightjar: '\(name)' was not made: \(reason); choose another name")
            throw ExitCode(1)
        }
        let title = name.split(separator: "/").last.map(String.init) ?? name
        do {
            let definitions = ("nightjar.d.lua", EditorDefinitions(.everything).text())
            for (file, text) in ProjectTemplate.files(title: title) + [definitions] {
                try DurableFile.write(to: "\(name)/\(file)") { try $0.append(text) }
            }
        } catch {
            console.notice("nightjar: \(error)")
            throw ExitCode(1)
        }
        console.write(
            """
            made \(name). Go on with:
              cd \(name)
              nightjar run experiment.lua
              nightjar test

            """)
        console.flush()
    }
}
