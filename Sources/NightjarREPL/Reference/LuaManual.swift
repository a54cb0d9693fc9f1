// What Lua itself offers, a line each: its functions, and the forms of its statements.

import LuaHost

/// The functions and statements of Lua 5.4, and the functions of the prompt.
enum LuaManual {
    /// One function or statement.
    struct Entry {
        /// How it is found: `string.format`, `while`.
        let name: String
        /// How it is written: `string.format(format, ...)`.
        let form: String
        /// One line on what it does.
        let summary: String
        /// Whether it belongs to the prompt, and not to Lua.
        var isOfPrompt = false

        private static let manual = "https://www.lua.org/manual/5.4/manual.html"

        /// What help says of it.
        var text: String {
            if isOfPrompt { return "\(form)\n\(summary)" }
            let isFunction = form.hasPrefix(name + "(")
            let place = isFunction ? "#pdf-\(name)" : "#3.3"
            return "\(form)\n\(summary)\n\nLua's own: \(Self.manual)\(place)"
        }
    }

    /// The names of all entries.
    static var names: [String] { Array(entries.keys) }

    /// The entry of a name, such as `print`, `string.rep` or `while`.
    static func entry(named name: String) -> Entry? { entries[name] }

    /// The entry of a function, if it is one of Lua's libraries in this state.
    static func entry(for function: LuaFunction, in state: LuaState) -> Entry? {
        // Functions of scripts are described by their own text.
        guard function.definition == nil, let wanted = function.identity else { return nil }
        return entries.values.first { self.function($0.name, in: state)?.identity == wanted }
    }

    /// The function that a name such as `string.rep` stands for, read raw.
    private static func function(_ name: String, in state: LuaState) -> LuaFunction? {
        var value = (try? state.globals).map { LuaValue.table($0) }
        for part in name.split(separator: ".") {
            guard case .table(let table) = value else { return nil }
            value = try? table.get(String(part))
        }
        if case .function(let function) = value { return function }
        return nil
    }

    private static let entries: [String: Entry] = {
        var entries: [String: Entry] = [:]
        for (lines, isOfPrompt) in [(functions, false), (statements, false), (prompt, true)] {
            for line in lines.split(separator: "\n") {
                let parts = line.split(separator: "|").map { String($0).trimmed }
                guard let form = parts.dropLast().last, let summary = parts.last else { continue }
                let name = parts.count == 3 ? parts[0] : String(form.prefix { $0 != "(" })
                entries[name] = Entry(
                    name: name, form: form, summary: summary, isOfPrompt: isOfPrompt)
            }
        }
        return entries
    }()
}
