// What stands before a dot, a colon or a bracket.

/// A chain of names, calls and indices such as `run.checkpoints[1]`, as far as it can be followed
/// without running it.
struct Expression: Equatable {
    /// Where the chain begins.
    enum Root: Equatable {
        case name(String)
        /// A string, written out.
        case string
    }

    /// One link of the chain.
    enum Step: Equatable {
        case field(String)
        case method(String)
        case call
        case position(Int)
    }

    var root: Root
    var steps: [Step] = []
}

/// The tokens before a cursor, read backwards.
struct TokenChain {
    private let form: LexedForm
    let tokens: [LuaToken]
    /// Brackets that are open at the cursor, outermost first, by index of the token.
    let open: [Int]

    /// Reads a form up to the cursor.
    init(_ form: LexedForm, before cursor: Int) {
        self.form = form
        tokens = form.tokens(before: cursor)
        var open: [Int] = []
        var index = tokens.count - 1
        while index >= 0 {
            let token = tokens[index]
            if token.kind == .symbol, token.range.count == 1 {
                switch form.text[token.range.lowerBound] {
                case "(", "[", "{": open.append(index)
                case ")", "]", "}":
                    // What a pair encloses is closed, too.
                    index = form.partner(ofToken: token) ?? index
                default: break
                }
            }
            index -= 1
        }
        self.open = open.reversed()
    }

    /// The text of the token at an index; empty outside.
    func word(_ index: Int) -> String {
        tokens.indices.contains(index) ? String(form.text[tokens[index].range]) : ""
    }

    /// The kind of the token at an index.
    func kind(_ index: Int) -> LuaToken.Kind? {
        tokens.indices.contains(index) ? tokens[index].kind : nil
    }

    /// Whether an expression can end with the token at an index.
    func endsExpression(_ index: Int) -> Bool {
        switch kind(index) {
        case .name, .string: true
        case .symbol: [")", "]", "}"].contains(word(index))
        default: false
        }
    }

    /// The expression whose last token is at `last`; nothing if it cannot be followed.
    func expression(endingAt last: Int) -> Expression? {
        var steps: [Expression.Step] = []
        var index = last
        func whole(_ root: Expression.Root) -> Expression {
            Expression(root: root, steps: steps.reversed())
        }
        while let kind = kind(index) {
            switch (kind, word(index)) {
            case (.name, let name):
                switch word(index - 1) {
                case ".": steps.append(.field(name))
                case ":": steps.append(.method(name))
                default: return whole(.name(name))
                }
                index -= 2
            case (.string, _):
                guard endsExpression(index - 1) else { return whole(.string) }
                steps.append(.call)
                index -= 1
            case (.symbol, ")"), (.symbol, "}"):
                guard let start = form.partner(ofToken: tokens[index]) else { return nil }
                if !endsExpression(start - 1) {
                    let isString = start + 2 == index && self.kind(start + 1) == .string
                    return isString ? whole(.string) : nil
                }
                steps.append(.call)
                index = start - 1
            case (.symbol, "]"):
                guard let start = form.partner(ofToken: tokens[index]), start + 2 == index else {
                    return nil
                }
                let key = word(start + 1)
                if self.kind(start + 1) == .string {
                    steps.append(.field(String(key.dropFirst().dropLast())))
                } else if let position = Int(key) {
                    steps.append(.position(position))
                } else {
                    return nil
                }
                index = start - 1
            default: return nil
            }
        }
        return nil
    }
}
