// What a user probably meant, for errors that Lua itself raises.

import NightjarRuntime

extension LuaState {
    /// A hint for a message of Lua about a name that has no value.
    func hint(for message: String) -> String? {
        if let known = Self.habits.first(where: { message.hasSuffix($0.key) }) {
            return known.value
        }
        let undeclared = "undeclared variable '"
        if let found = message.firstRange(of: undeclared) {
            let name = message[found.upperBound...].prefix { $0 != "'" }
            return suggestion(for: String(name), in: globalNames)
        }
        guard message.contains("a nil value ("), let open = message.lastIndex(of: "("),
            let start = message[open...].firstIndex(of: "'"),
            let end = message[message.index(after: start)...].firstIndex(of: "'")
        else { return nil }
        let kind = message[message.index(after: open)..<start]
        let name = String(message[message.index(after: start)..<end])
        let candidates: [String]
        switch kind {
        case "global ": candidates = globalNames
        case "method ", "field ":
            if let removed = forbidden.first(where: { $0.hasSuffix(".\(name)") }) {
                return "level \(configuration.level.rawValue) leaves out \(removed)"
            }
            candidates = declarations.names
        default: return nil
        }
        return suggestion(for: name, in: candidates)
    }

    /// What other languages write, by the end of Lua's message about it.
    private static let habits = [
        "near '!'": "Lua writes ~= for not equal, and not for no",
        "near '&'": "Lua writes and and or as words; & and | work on bits",
        "near '|'": "Lua writes and and or as words; & and | work on bits",
        "syntax error near '+'": "Lua has neither += nor ++; write x = x + 1",
        "syntax error near '-'": "Lua has neither -= nor --; write x = x - 1",
    ]

    private var globalNames: [String] { (try? globals.fields().map(\.key)) ?? [] }

    private func suggestion(for name: String, in candidates: [String]) -> String? {
        guard !candidates.contains(name) else { return nil }
        return Suggestion.nearest(to: name, in: candidates).map { "did you mean '\($0)'?" }
    }
}
