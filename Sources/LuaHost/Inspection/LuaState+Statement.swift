// Forms of the prompt as parts of a script.

extension LuaState {
    /// The form as statements, in which an expression is assigned to `_`.
    public func statement(_ form: String) -> String {
        if (try? load(form)) != nil { return form }
        if (try? load("_ = \(form)")) != nil { return "_ = \(form)" }
        return parts(of: form).map { "\($0.statements)\n_ = \($0.expression)" } ?? form
    }

    /// The form with `return` before its last lines, if these are an expression behind statements.
    ///
    /// Nothing for a form that is one expression, or statements only.
    public func returningTail(of form: String) -> String? {
        parts(of: form).map { "\($0.statements)\nreturn \($0.expression)" }
    }

    /// Statements and the expression in the lines behind them.
    private func parts(of form: String) -> (statements: Substring, expression: Substring)? {
        let most = 20
        guard form.contains("\n"), (try? load(form)) == nil else { return nil }
        let ends = form.indices.reversed().lazy.filter { form[$0] == "\n" }
        for end in ends.prefix(most) {
            let (statements, expression) = (form[..<end], form[form.index(after: end)...])
            guard !expression.allSatisfy(\.isWhitespace) else { continue }
            if (try? load("\(statements)\nreturn \(expression)")) != nil {
                return (statements, expression)
            }
        }
        return nil
    }
}
