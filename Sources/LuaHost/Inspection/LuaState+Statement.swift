// Forms of the prompt as parts of a script.

extension LuaState {
    /// The form as a statement: itself, or an assignment to `_` if it is only an expression.
    public func statement(_ form: String) -> String {
        if (try? load(form)) != nil { return form }
        return (try? load("_ = \(form)")) != nil ? "_ = \(form)" : form
    }

    /// The form with `return` before its last lines, if these are an expression behind statements.
    ///
    /// Nothing for a form that is one expression, or statements only.
    public func returningTail(of form: String) -> String? {
        let most = 20
        guard form.contains("\n"), (try? load(form)) == nil else { return nil }
        let ends = form.indices.reversed().lazy.filter { form[$0] == "\n" }
        for end in ends.prefix(most) {
            let tail = form[form.index(after: end)...]
            guard !tail.allSatisfy(\.isWhitespace) else { continue }
            let text = "\(form[..<end])\nreturn \(tail)"
            if (try? load(text)) != nil { return text }
        }
        return nil
    }
}
