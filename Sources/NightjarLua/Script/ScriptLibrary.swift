// What a script asks of its command line.

import LuaHost

/// `nj.options`.
enum ScriptLibrary {
    static let library = Library(functions: [options])

    static let options = Function(
        "options", on: "nj",
        summary: "Declares a script's options by their defaults and reads the command line.",
        details: """
            Each field is a default, or { default, "what it is" }, or { default, "what it is", \
            { choices } }. The type of the default is the type of the option: write 1.0 for a number \
            that need not be whole. min_rows = 5 becomes --min-rows 5, and quick = false the flag \
            --quick. A text at [1] says what arguments without a name are, which come back in the \
            field arguments; without it they are refused. For --help the script prints its own \
            first comment and its options, and ends.
            """,
        positional: [.table("defaults", [], "a default for each option")],
        returns: .table([], "the value of each option"),
        example: #"local opt = nj.options{ data = "simulated", seed = 1, quick = false }"#
    ) { call in
        let session = call.session
        let options = try ScriptOptions(call.table("defaults"))
        let request: ScriptOptions.Request
        do throws(UsageError) {
            request = try options.parse(session.arguments)
        } catch {
            session.notice("\(session.script.map { "\($0): " } ?? "")\(error)")
            throw call.exit(64)
        }
        switch request {
        case .help:
            let summary = session.script.map(HeadComment.of) ?? ""
            let text = options.usage(command: session.script ?? "nightjar", summary: summary)
            if case .function(let print) = try call.state.globals.get("print") { try print(text) }
            throw call.exit(0)
        case .run(let values, let arguments):
            var fields = values.sorted { $0.key < $1.key }
                .map { (key: $0.key, value: Optional($0.value.lua)) }
            if options.arguments != nil { fields.append(("arguments", arguments)) }
            return LuaRecord(fields: fields)
        }
    }
}

extension ScriptOptions {
    /// The options that every experiment has, which need no description in the script.
    private static let conventional: [(name: String, summary: String)] = [
        ("data", "data set: a name, a path, or 'simulated'"),
        ("seed", "number from which all randomness comes"),
        ("seeds", "how many seeds, from --seed on"),
        ("quick", "shorten the training; the result says how"),
        ("json", "file for the results"),
    ]

    /// Reads a declaration in Lua; conventional options come first, others by name.
    ///
    /// - Throws: `LuaError` for a field that is no declaration.
    fileprivate init(_ table: LuaTable) throws {
        let order = Self.conventional.map(\.name)
        let options = try table.fields().map { try Option(declared: $0.key, $0.value) }
        let rank = { (option: Option) in order.firstIndex(of: option.name) ?? order.count }
        self.init(
            options.sorted { (rank($0), $0.name) < (rank($1), $1.name) },
            arguments: try table.get(1).text)
    }

    fileprivate static func summary(of name: String) -> String {
        conventional.first { $0.name == name }?.summary ?? ""
    }
}

extension ScriptOptions.Option {
    /// Reads one field of a declaration.
    fileprivate init(declared name: String, _ value: LuaValue) throws {
        guard name != "help", name != "arguments" else {
            throw LuaError("option '\(name)' has a meaning of its own; choose another name")
        }
        if let plain = ScriptOptions.Value(value) {
            self.init(name, default: plain, summary: ScriptOptions.summary(of: name))
            return
        }
        guard case .table(let parts) = value, let plain = ScriptOptions.Value(try parts.get(1))
        else {
            throw LuaError(
                "option '\(name)' needs a default: true, false, a number, a string, or"
                    + " { default, \"what it is\", { choices } }")
        }
        var choices: [ScriptOptions.Value] = []
        if case .table(let list) = try parts.get(3) {
            choices = try list.values().compactMap { ScriptOptions.Value($0) }
        }
        guard choices.isEmpty || choices.contains(plain) else {
            throw LuaError("option '\(name)': the default is none of the choices; add it to them")
        }
        let summary = try parts.get(2).text ?? ScriptOptions.summary(of: name)
        self.init(name, default: plain, summary: summary, choices: choices)
    }
}

extension ScriptOptions.Value {
    /// The value of an option in Lua, if it can be one.
    fileprivate init?(_ value: LuaValue) {
        switch value {
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .string(let string):
            guard let text = string.text else { return nil }
            self = .string(text)
        default: return nil
        }
    }

    fileprivate var lua: any LuaConvertible {
        switch self {
        case .boolean(let value): value
        case .integer(let value): value
        case .number(let value): value
        case .string(let value): value
        }
    }
}
