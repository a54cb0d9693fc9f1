// The local variables and parameters that a form declares.

/// Names that a form gives to local variables before a cursor.
///
/// Scopes are not followed: a name that has gone out of sight is still one that the user may mean.
struct LocalNames {
    private let form: LexedForm
    private let tokens: [LuaToken]
    private(set) var all: Set<String> = []

    /// Looks at the text before a cursor.
    init(_ form: LexedForm, before cursor: Int) {
        self.form = form
        tokens = form.tokens(before: cursor).filter { $0.kind != .comment }
        for place in tokens.indices where tokens[place].kind == .keyword {
            switch word(place) {
            case "local" where word(place + 1) == "function": add(place + 2)
            case "local", "for": addList(from: place + 1)
            case "function":
                // The name of the function, if it has one, stands before its parameters.
                let bracket = tokens[place...].indices.first { word($0) == "(" }
                if let bracket { addList(from: bracket + 1) }
            default: break
            }
        }
    }

    private func word(_ place: Int) -> String {
        tokens.indices.contains(place) ? String(form.text[tokens[place].range]) : ""
    }

    private mutating func add(_ place: Int) {
        if tokens.indices.contains(place), tokens[place].kind == .name { all.insert(word(place)) }
    }

    /// Adds names with commas, and perhaps an attribute such as `<const>`, between them.
    private mutating func addList(from first: Int) {
        var place = first
        while tokens.indices.contains(place), tokens[place].kind == .name {
            add(place)
            place += word(place + 1) == "<" ? 4 : 1
            guard word(place) == "," else { return }
            place += 1
        }
    }
}
