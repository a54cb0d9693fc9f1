// Forms of the prompt as parts of a script.

extension LuaState {
    /// The form as a statement: itself, or an assignment to `_` if it is only an expression.
    public func statement(_ form: String) -> String {
        if (try? load(form)) != nil { return form }
        return (try? load("_ = \(form)")) != nil ? "_ = \(form)" : form
    }
}
