// What is being written at the cursor.

/// Where the cursor stands, as far as completion and hints are concerned.
struct CompletionContext {
    /// What kind of thing is being written.
    enum Kind: Equatable {
        /// Nothing that can be completed: a comment, a number.
        case nothing
        /// A variable or keyword, or an option where an options table is written.
        case name
        /// What follows a dot.
        case field(of: Expression)
        /// What follows a colon.
        case method(of: Expression)
        /// The content of a string.
        case string
        /// The content of a string in brackets behind a table.
        case key(of: Expression)
    }

    /// The argument of a call that is being written.
    struct Argument: Equatable {
        /// What is called.
        var callee: Expression
        /// Which argument it is.
        var place: Place
        /// The options whose own tables are being written, outermost first, as in
        /// `f{ checkpoint = { dir`; an empty name stands for an element of a list.
        var tables: [String] = []
        /// Options, or fields of the innermost table, that were written before.
        var given: Set<String> = []
    }

    /// Which argument of a call.
    enum Place: Equatable {
        /// By position, from 0.
        case position(Int)
        /// The name of an option, or an element of the list part of the options table.
        case optionName
        /// The value of an option.
        case option(String)
    }

    let kind: Kind
    /// The part that was written already: up to the cursor.
    let written: Range<Int>
    /// The call in which it is, if it is in one.
    let argument: Argument?

    /// Looks at the text before a cursor.
    init(_ form: LexedForm, cursor: Int) {
        let text = form.text
        let cursor = min(max(0, cursor), text.count)
        let chain = TokenChain(form, before: cursor)
        let last = chain.tokens.count - 1
        guard last >= 0 else {
            (kind, written, argument) = (.name, cursor..<cursor, nil)
            return
        }
        let token = chain.tokens[last]
        let touches = token.range.upperBound == cursor
        switch token.kind {
        case .comment where token.isOpen:
            // A comment to the end of a line ends there.
            let isOver = !touches
            (kind, written) = (isOver ? .name : .nothing, cursor..<cursor)
            argument = isOver ? Self.argument(chain, before: last + 1) : nil
        case .number where touches:
            (kind, written) = (.nothing, cursor..<cursor)
            argument = Self.argument(chain, before: last)
        case .string where token.isOpen:
            let isQuoted = ["\"", "'"].contains(text[token.range.lowerBound])
            written = (isQuoted ? token.range.lowerBound + 1 : cursor)..<cursor
            guard isQuoted, touches else {
                (kind, argument) = (.nothing, nil)
                return
            }
            kind = Self.key(chain, bracket: last - 1) ?? .string
            argument = Self.argument(chain, before: last)
        case .name where touches, .keyword where touches:
            written = token.range
            kind = Self.member(chain, separator: last - 1) ?? .name
            argument = Self.argument(chain, before: last)
        default:
            written = cursor..<cursor
            kind = Self.member(chain, separator: last) ?? .name
            argument = Self.argument(chain, before: last + 1)
        }
    }

    /// A field or method if the token at an index is a dot or colon.
    private static func member(_ chain: TokenChain, separator index: Int) -> Kind? {
        let separator = chain.word(index)
        guard separator == "." || separator == ":" else { return nil }
        guard let owner = chain.expression(endingAt: index - 1) else { return .nothing }
        return separator == "." ? .field(of: owner) : .method(of: owner)
    }

    /// A key if the token at an index is a bracket behind an expression.
    private static func key(_ chain: TokenChain, bracket index: Int) -> Kind? {
        guard chain.word(index) == "[", chain.endsExpression(index - 1) else { return nil }
        return chain.expression(endingAt: index - 1).map { .key(of: $0) }
    }

    /// The argument that begins at, or goes on behind, the token before `index`.
    private static func argument(_ chain: TokenChain, before index: Int) -> Argument? {
        // f"text" is a call, too.
        if chain.kind(index) == .string, chain.endsExpression(index - 1),
            let callee = chain.expression(endingAt: index - 1)
        {
            return Argument(callee: callee, place: .position(0))
        }
        guard let bracket = chain.open.last else { return nil }
        switch chain.word(bracket) {
        case "(":
            guard let callee = callee(chain, ofBracket: bracket) else { return nil }
            return Argument(
                callee: callee, place: .position(commas(chain, from: bracket + 1, to: index)))
        case "{":
            return tableArgument(chain, before: index, brace: bracket)
        default: return nil
        }
    }

    /// The argument that is being written in a table, which may stand inside other tables.
    private static func tableArgument(
        _ chain: TokenChain, before index: Int, brace: Int
    ) -> Argument? {
        let place = optionPlace(chain, index, brace: brace)
        let given = given(chain, from: brace + 1, to: index)
        var tables: [String] = []
        for outer in chain.open.reversed().drop(while: { $0 > brace }) {
            guard chain.word(outer) == "{" else { return nil }
            if let callee = callee(chain, ofBrace: outer) {
                return Argument(callee: callee, place: place, tables: tables, given: given)
            }
            let isNamed = chain.word(outer - 1) == "=" && chain.kind(outer - 2) == .name
            guard isNamed || ["{", ",", ";"].contains(chain.word(outer - 1)) else { return nil }
            tables.insert(isNamed ? chain.word(outer - 2) : "", at: 0)
        }
        return nil
    }

    private static func callee(_ chain: TokenChain, ofBracket index: Int) -> Expression? {
        chain.endsExpression(index - 1) ? chain.expression(endingAt: index - 1) : nil
    }

    /// What is called with the options table that a brace opens: `f{` or `f(…, {`.
    private static func callee(_ chain: TokenChain, ofBrace index: Int) -> Expression? {
        if let callee = callee(chain, ofBracket: index) { return callee }
        guard [",", "("].contains(chain.word(index - 1)),
            let position = chain.open.lastIndex(of: index), position > 0,
            case let outer = chain.open[position - 1], chain.word(outer) == "("
        else { return nil }
        return callee(chain, ofBracket: outer)
    }

    /// Whether the token before `index` expects the name of an option, or its value.
    private static func optionPlace(_ chain: TokenChain, _ index: Int, brace: Int) -> Place {
        var start = index - 1
        while start > brace, ![",", ";"].contains(chain.word(start)) { start -= 1 }
        let isValue = start + 2 < index && chain.word(start + 2) == "="
        return isValue ? .option(chain.word(start + 1)) : .optionName
    }

    /// Names that are followed by `=` between two tokens, outside of inner tables.
    private static func given(_ chain: TokenChain, from start: Int, to end: Int) -> Set<String> {
        var names: Set<String> = []
        var depth = 0
        for index in start..<max(start, end) {
            switch chain.word(index) {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case "=" where depth == 0: names.insert(chain.word(index - 1))
            default: break
            }
        }
        return names
    }

    /// Commas between two tokens, outside of inner brackets.
    private static func commas(_ chain: TokenChain, from start: Int, to end: Int) -> Int {
        var count = 0
        var depth = 0
        for index in start..<max(start, end) {
            switch chain.word(index) {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case "," where depth == 0: count += 1
            default: break
            }
        }
        return count
    }
}
