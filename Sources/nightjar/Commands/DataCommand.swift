// nightjar data

import ArgumentParser
import Glibc
import LuaHost
import NightjarData
import NightjarREPL
import NightjarRuntime

/// Data sets by name.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "List, describe and fetch data sets.",
        subcommands: [List.self, Info.self, Fetch.self], defaultSubcommand: List.self)

    /// Lists what is known and what is here.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract:
                "List built-in and known data sets, and those in the folders of NIGHTJAR_DATA.")

        func run() throws {
            let lines =
                GeneratedDataSet.allCases.map { ($0.rawValue, "built in: \($0.summary)") }
                + Catalogue.ofEnvironment().list().map { ($0.name, $0.location ?? absence(of: $0)) }
            let width = lines.map(\.0.count).max() ?? 0
            let console = Console.standard()
            for (name, place) in lines {
                let gap = String(repeating: " ", count: width - name.count + 2)
                console.write("\(name)\(gap)\(place)\n")
            }
            console.flush()
        }

        private func absence(of entry: Catalogue.Entry) -> String {
            entry.isFetchable
                ? "not here; nightjar data fetch \(entry.name)" : "not here, nor for download"
        }
    }

    /// Describes one data set.
    struct Info: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "info",
            abstract: "Show size, terms, citation and place of a data set.")

        @Argument(help: "The data set.")
        var name: String

        func run() throws {
            let text =
                if let generated = GeneratedDataSet(rawValue: name) {
                    "\(name): \(generated.summary)\nbuilt in"
                } else { try plainly { "\(try Catalogue.ofEnvironment().info(name))" } }
            Console.standard().write("\(text)\n")
        }
    }

    /// Downloads one data set.
    struct Fetch: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "fetch",
            abstract: "Download a data set from its publisher.",
            discussion: "Its terms are shown first. An interrupted download goes on next time.")

        @Argument(help: "The data set.")
        var name: String

        @Flag(name: .shortAndLong, help: "Accept the terms without being asked.")
        var yes = false

        @Flag(help: "Replace a copy that is there already.")
        var replace = false

        func run() throws {
            let console = Console.standard()
            // Ctrl-C ends the download between two blocks, so that it can go on later.
            LuaState.handleInterrupts()
            let fetched = try plainly {
                try Catalogue.ofEnvironment().fetch(
                    name, replacing: replace, accept: { accepts($0, console) },
                    progress: console.progress)
            }
            console.flush()
            let check =
                fetched.checksum.map { "checked, \($0)" } ?? "its publisher states no checksum"
            console.write("\(name) is in \(fetched.location) (\(check))\n")
            console.flush()
        }

        /// Shows the terms and asks, unless `--yes` answers.
        private func accepts(_ dataSet: DataSet, _ console: Console) -> Bool {
            console.notice(dataSet.notice)
            if yes { return true }
            guard isatty(STDIN_FILENO) != 0 else {
                console.notice("Give --yes to accept these terms.")
                return false
            }
            console.notice("Do you accept these terms? [y/N]")
            let answer = (readLine() ?? "").lowercased()
            return answer == "y" || answer == "yes"
        }
    }
}

/// Runs `body` and reports its error in one line, with the exit code that belongs to it.
private func plainly<Result>(_ body: () throws -> Result) throws -> Result {
    do {
        return try body()
    } catch {
        Console.standard().notice("nightjar: \(error)")
        throw ExitCode(error is Interrupted ? 128 + SIGINT : 1)
    }
}
