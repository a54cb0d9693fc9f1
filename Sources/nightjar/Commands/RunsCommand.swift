// nightjar runs

import ArgumentParser
import Glibc
import LuaHost
import NightjarREPL
import NightjarRuntime
import NightjarTraining

/// Recorded runs.
struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List, show, compare and export recorded runs.",
        discussion: """
            Scripts record runs with nj.runs.start. A run is named by its id, the beginning of it, its \
            name, or last for the newest.
            """,
        subcommands: [List.self, Show.self, Compare.self, Export.self],
        defaultSubcommand: List.self)

    /// Lists runs.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List runs, the newest first.",
            discussion: """
                Conditions and columns are on metrics, parameters and tags:
                  nightjar runs list --where 'fit.lr<0.01' --sort valid.mrr --columns fit.lr,valid.mrr
                """)

        @OptionGroup var store: StoreOption
        @OptionGroup var choice: ChoiceOptions

        @Option(help: "The most runs; 0 for all.")
        var limit = 30

        @Option(
            help: ArgumentHelp(
                "What to show of each run, separated by commas.", valueName: "names"))
        var columns: String?

        func run() throws {
            try onStore(store) { store, console in
                var query = try choice.query()
                query.limit = limit > 0 ? limit : nil
                let shown = try store.runs(query)
                let columns = (columns ?? "").split(separator: ",").map(String.init)
                console.write("\(RunListing(shown, columns: columns))\n")
                let more = try store.count(query) - shown.count
                if more > 0 { console.write("\(more) more; --limit 0 shows all\n") }
            }
        }
    }

    /// Shows one run.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show what is recorded of a run.")

        @OptionGroup var store: StoreOption

        @Flag(help: "Print the text of the script that recorded it, and nothing else.")
        var script = false

        @Argument(help: ArgumentHelp("The run.", valueName: "run"))
        var wanted = "last"

        func run() throws {
            try onStore(store) { store, console in
                let run = try store.run(wanted)
                guard script else {
                    return console.write(
                        "\(RunSheet(try run.record(), files: run.artifactFolder))\n")
                }
                let text = try run.scriptText()
                console.write(text ?? "-- run \(run.shortID) was recorded at a prompt\n")
            }
        }
    }

    /// Compares runs.
    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare",
            abstract: "Show what runs differ in.")

        @OptionGroup var store: StoreOption

        @Flag(help: "Show what is the same in all, too.")
        var all = false

        @Argument(help: "Two runs or more.")
        var runs: [String]

        func run() throws {
            try onStore(store) { store, console in
                let records = try runs.map { try store.run($0).record() }
                console.write("\(try RunComparison(records, showsEqual: all))\n")
            }
        }
    }

    /// Writes runs for other programs.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write runs as comma-separated values or for MLflow.",
            discussion: """
                long has a line for each value of a metric, wide a line for each run. mlflow makes a \
                folder with mlflow.db and the files of the runs, which MLflow shows with:
                  mlflow db upgrade sqlite:///FOLDER/mlflow.db
                  mlflow server --backend-store-uri sqlite:///FOLDER/mlflow.db
                """)

        @OptionGroup var store: StoreOption
        @OptionGroup var choice: ChoiceOptions

        @Option(help: "What is written: long, wide or mlflow.")
        var form = RunExportForm.long

        @Option(
            name: .shortAndLong,
            help: ArgumentHelp("The file, or the folder for mlflow.", valueName: "path"))
        var output: String

        @Argument(help: "The runs; all that meet the options when none is named.")
        var runs: [String] = []

        func run() throws {
            try onStore(store) { store, console in
                let records =
                    runs.isEmpty
                    ? try store.runs(choice.query())
                    : try runs.map { try store.run($0).record() }
                try store.export(records, as: form, to: output)
                let count = records.count == 1 ? "1 run" : "\(records.count) runs"
                console.write("wrote \(count) to \(output)\n")
            }
        }
    }
}

/// Where the runs are.
struct StoreOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Folder of the store; else what NIGHTJAR_RUNS names, or runs.", valueName: "folder"))
    var store: String?
}

/// Which runs.
struct ChoiceOptions: ParsableArguments {
    @Option(help: "Only runs of this experiment.")
    var experiment: String?

    @Option(help: "Only runs in this state: running, finished, failed or killed.")
    var status: RunStatus?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only runs that meet this condition, such as lr=0.001; may come more than once.",
            valueName: "condition"))
    var conditions: [String] = []

    @Option(help: ArgumentHelp("A metric or parameter; the greatest first.", valueName: "name"))
    var sort: String?

    @Flag(help: "The least, or the oldest, first.")
    var ascending = false

    /// The query that the options say.
    func query() throws -> RunQuery {
        RunQuery(
            experiment: experiment, status: status,
            conditions: try conditions.map { try RunCondition($0) }, order: sort,
            ascending: ascending)
    }
}

extension RunExportForm: ExpressibleByArgument {}

extension RunStatus: ExpressibleByArgument {
    /// Reads a state in any case.
    public init?(argument: String) { self.init(word: argument) }
}

extension ParsableCommand {
    /// Does something with the store that is there, and reports an error in one line.
    fileprivate func onStore(
        _ option: StoreOption, _ body: (RunStore, Console) throws -> Void
    ) throws {
        LuaState.handleInterrupts()
        let console = Console.standard()
        do {
            try body(
                try RunStore(folder: option.store ?? RunStore.usualFolder, makes: false), console)
        } catch {
            console.flush()
            console.notice("nightjar: \(error)")
            throw ExitCode(error is Interrupted ? 128 + SIGINT : 1)
        }
        console.flush()
    }
}
