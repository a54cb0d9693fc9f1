// Forms of the prompt: which of their text is statements, and which an expression to show.

/// A form as Lua can run it.
public struct ParsedForm: Equatable, Sendable {
    /// What stands before the expression; empty, or up to a line end or semicolon.
    public var statements: Substring
    /// What the form gives; empty if it is statements only.
    public var expression: Substring
}

extension LuaState {
    /// Splits a form into statements and the expression behind them; nothing if it is not Lua.
    ///
    /// The expression begins a line or follows a semicolon. The call of a function there counts as
    /// one, although Lua itself takes it for a statement.
    public func parse(_ form: String) -> ParsedForm? {
        if isLua("return nil, \(form)") {
            return ParsedForm(statements: "", expression: form[...])
        }
        if let parts = tail(of: form) { return parts }
        return isLua(form) ? ParsedForm(statements: form[...], expression: "") : nil
    }

    /// The form as statements, in which an expression is assigned to `_`.
    public func statement(_ form: String) -> String {
        guard !isLua(form), let parts = parse(form) else { return form }
        return "\(parts.statements)_ = \(parts.expression)"
    }

    /// Statements and an expression behind one of the last line ends or semicolons.
    private func tail(of form: String) -> ParsedForm? {
        let most = 20
        let isWhole = isLua(form)
        let ends = form.indices.reversed().lazy.filter { ["\n", ";"].contains(form[$0]) }
        for end in ends.prefix(most) {
            let start = form.index(after: end)
            let (statements, expression) = (form[..<start], form[start...])
            guard let first = expression.first(where: { !$0.isWhitespace }),
                isLua("\(statements)return nil, \(expression)")
            else { continue }
            guard isWhole else { return ParsedForm(statements: statements, expression: expression) }
            // Where the text is whole as it is, the split must not change what it means: a bracket or
            // string may go on with the line before, and behind `--` or in `[[` nothing is Lua.
            guard first.isLetter || first == "_", isLua(String(statements)),
                !isLua("\(statements)) \(expression)")
            else { continue }
            return ParsedForm(statements: statements, expression: expression)
        }
        return nil
    }

    private func isLua(_ text: String) -> Bool { (try? load(text)) != nil }
}
