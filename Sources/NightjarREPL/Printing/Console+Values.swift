// Showing what a form gives.

import LuaHost

extension Console {
    /// Writes the values of a form, one after the other, unless it ends in `;`.
    public func show(_ values: [LuaValue], of form: String, in state: LuaState) {
        guard form.last(where: { !$0.isWhitespace }) != ";" else { return }
        let printer = ValuePrinter(state, width: width())
        for value in values { write(printer.text(value) + "\n") }
    }
}
