// The module `nj` itself: what runs, where, and how long.

import LuaHost
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The root of all modules.
enum SessionLibrary {
    static let library = Library(modules: [module], functions: [memory, clock])

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
}
