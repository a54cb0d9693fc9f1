// What a user probably meant, for errors that Lua itself raises.

import NightjarRuntime

extension LuaState {
    /// A hint for a message of Lua about a name that has no value.
    func hint(for message: String) -> String? {
        guard message.contains("a nil value ("), let open = message.lastIndex(of: "("),
            let start = message[open...].firstIndex(of: "'"),
            let end = message[message.index(after: start)...].firstIndex(of: "'")
        else { return nil }
        let kind = message[message.index(after: open)..<start]
        let name = String(message[message.index(after: start)..<end])
        let candidates: [String]
        switch kind {
        case "global ": candidates = (try? globals.fields().map(\.key)) ?? []
        case "method ", "field ": candidates = declarations.names
        default: return nil
        }
        guard candidates.contains(name) == false else { return nil }
        return Suggestion.nearest(to: name, in: candidates).map { "did you mean '\($0)'?" }
    }
}
