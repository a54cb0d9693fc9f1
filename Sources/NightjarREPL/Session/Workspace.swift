// The variables that a user made.

import LuaHost

/// The global variables of a session that were not there at its beginning, or were something else.
struct Workspace {
    private let state: LuaState
    /// What belongs to Lua and Nightjar.
    private let own: [String: LuaValue]
    private let ownModules: Set<String>

    /// Takes note of what is there now as not made by the user.
    ///
    /// - Throws: `LuaError` when the state is closed.
    init(_ state: LuaState) throws {
        self.state = state
        own = Dictionary(
            try state.globals.fields().map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        ownModules = Set(try Self.modules(state).map { try $0.fields().map(\.key) } ?? [])
    }

    /// The user's variables, sorted by name; `_` and its like are results, not variables.
    ///
    /// - Throws: `LuaError` when the state is closed.
    func variables() throws -> [(name: String, value: LuaValue)] {
        try state.globals.fields()
            .filter { !isOwn($0.key, $0.value) && !Self.results.contains($0.key) }
            .map { ($0.key, $0.value) }
    }

    /// Whether a variable is still what it was at the beginning.
    private func isOwn(_ name: String, _ value: LuaValue) -> Bool {
        switch (own[name], value) {
        case (.table(let old), .table(let new)): old.identity == new.identity
        case (.function(let old), .function(let new)): old.identity == new.identity
        case (.string(let old), .string(let new)): old == new
        default: false
        }
    }

    /// Forgets all variables, results and modules that were loaded, and gives back what a variable
    /// took the name of.
    ///
    /// - Throws: `LuaError` when the state is closed.
    func reset() throws {
        let globals = try state.globals
        for (name, _) in try globals.fields() where own[name] == nil {
            try globals.set(name, to: nil)
        }
        for (name, value) in own { try globals.set(name, to: value) }
        if let modules = try Self.modules(state) {
            for (name, _) in try modules.fields() where !ownModules.contains(name) {
                try modules.set(name, to: nil)
            }
        }
        try state.collectGarbage()
    }

    /// A table of the variables: name, kind, size, and what the value says of itself.
    ///
    /// - Throws: `LuaError` when the state is closed.
    func listing(_ printer: ValuePrinter) throws -> String {
        let variables = try variables()
        guard !variables.isEmpty else { return "no variables yet; x = 1 makes one" }
        let rows = try variables.prefix(Self.mostListed).map { name, value in
            [name, value.typeName, try Self.size(of: value), printer.line(value)]
        }
        let widths = (0..<3).map { column in rows.map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        let more = variables.count - rows.count
        return rows.map { row in
            let cells = (0..<3).map { column in
                let gap = String(
                    repeating: " ", count: widths[column] - DisplayWidth.of(row[column]))
                return column == 2 ? gap + row[column] : row[column] + gap
            }
            return printer.cut((cells + [row[3]]).joined(separator: "  "))
        }.joined(separator: "\n") + (more > 0 ? "\n… (\(more) more)" : "")
    }

    /// Variables that a listing shows.
    private static let mostListed = 500

    private static let results: Set<String> = ["_", "_2", "_3"]

    private static func modules(_ state: LuaState) throws -> LuaTable? {
        guard case .table(let package) = try state.globals.get("package"),
            case .table(let loaded) = try package.get("loaded")
        else { return nil }
        return loaded
    }

    /// How big a value is: bytes of native data and strings, pairs of tables.
    private static func size(of value: LuaValue) throws -> String {
        switch value {
        case .string(let string): return bytes(string.bytes.count)
        case .object(let handle):
            guard let object = handle.value(as: (any LuaObject).self) else { return "freed" }
            return object.nativeBytes > 0 ? bytes(object.nativeBytes) : ""
        case .table(let table):
            let most = 100_000
            let count = try table.pairCount(atMost: most)
            return count < most ? "\(count)" : "\(most)+"
        default: return ""
        }
    }

    private static func bytes(_ count: Int) -> String {
        for (shift, unit) in [(30, "GiB"), (20, "MiB"), (10, "KiB")] where count >> shift > 0 {
            let tenths = ((count >> (shift - 10)) * 10) >> 10
            return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
        }
        return "\(count) B"
    }
}
