// The module `nj` itself: what runs, where, and how long.

import LuaHost
import NightjarData
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The root of all modules.
enum SessionLibrary {
    static let library = Library(
        modules: [module], functions: [memory, clock, closest, modules, progress])

    static let module = Module(
        "nj", summary: "Recommender experiments: data, models, training, influence, metrics.",
        luaPrefix: "nightjar",
        constants: [
            Constant(
                "version", .string, "the version of Nightjar", value: Version.current),
            Constant(
                "threads", .integer,
                "number of threads; NIGHTJAR_THREADS in the environment sets it",
                value: Workers.count),
        ])

    static let memory = Function(
        "memory", on: "nj", summary: "Tells how much memory live values take.",
        returns: .table(
            [
                .init("lua", .integer, "bytes in Lua's own heap"),
                .init("native", .integer, "bytes of tensors, logs and other native data"),
            ], "bytes by kind"),
        example: "collectgarbage(); print(nj.memory().native)"
    ) { call in
        LuaRecord(["lua": call.state.luaBytes, "native": call.state.nativeBytes])
    }

    static let clock = Function(
        "clock", on: "nj", summary: "Reads a clock that never jumps, for measuring.",
        returns: .number("seconds since some fixed moment"),
        example: "start = nj.clock(); print(nj.clock() - start)"
    ) { _ in
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static let closest = Function(
        "closest", on: "nj", summary: "Finds the name that a misspelt word was meant to be.",
        positional: [
            .string("word", "what was written"),
            .list("names", of: .string, "what it could have been"),
        ],
        returns: .string("the nearest of the names, or nil when none is near"),
        example: #"nj.closest("cuont", { "count", "share" })  -- "count""#
    ) { call in
        try Suggestion.nearest(to: call.string("word"), in: call.strings("names"))
    }

    static let modules = Function(
        "modules", on: "nj",
        summary: "Lists the Lua modules of a folder: those beside the script and Nightjar's own.",
        details: "Specs, whose names end in _spec, are left out.",
        positional: [
            .string("prefix", "the folder as require writes it; empty for the script's own folder")
        ],
        returns: .list(of: .string, "names for require, sorted"),
        example: #"nj.modules("nightjar.policies")"#
    ) { call in
        let (prefix, session) = (try call.string("prefix"), call.session)
        let parts = prefix.split(separator: ".", omittingEmptySubsequences: prefix.isEmpty)
        guard !parts.contains(where: { $0.isEmpty || $0.contains("/") }) else {
            throw LuaError(
                "'\(prefix)' is no name of a module; write it as for require, such as a.b")
        }
        let beside = session.script.map(Session.folder(of:)) ?? "."
        let ending = ".lua"
        let names = ([beside] + session.libraryFolders).flatMap { folder in
            Paths.names(in: ([folder] + parts.map(String.init)).joined(separator: "/"))
        }
        let modules = names.filter { $0.hasSuffix(ending) && !$0.hasSuffix("_spec" + ending) }
            .map { (parts + [$0.dropLast(ending.count)]).joined(separator: ".") }
        return Set(modules).sorted()
    }

    static let progress = Function(
        "progress", on: "nj", summary: "Tells the user how far a long computation is.",
        positional: [
            .number("done", in: 0.0..., "how much is done"),
            .number("total", in: 0.0..., "how much there is; 0 when nobody knows"),
        ],
        options: [
            .string("task", default: "", "what is being done"),
            .string("unit", default: "", "what is counted"),
        ],
        example: #"nj.progress(3, 10, { task = "retraining", unit = "models" })"#
    ) { call in
        call.progress(
            ProgressReport(
                task: try call.string("task"), done: try call.number("done"),
                total: try call.number("total"), unit: try call.string("unit"), rate: 0))
        return nil
    }
}
