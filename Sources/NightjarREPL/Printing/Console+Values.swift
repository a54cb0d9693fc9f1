// Showing what a form gives.

import LuaHost

extension Console {
    /// Writes the values of a form, one after the other, unless it ends in `;`.
    public func show(_ values: [LuaValue], of form: String, in state: LuaState) {
        show(values, of: form, with: ValuePrinter(state, width: width()))
    }

    /// Makes `help` and `apropos` known to scripts of a state, as at the prompt.
    ///
    /// - Throws: `LuaError` when the state is closed.
    public func offerHelp(in state: LuaState) throws {
        try Help(state, width: width).register { write($0 + "\n") }
    }

    /// The same with a printer of one's own.
    func show(_ values: [LuaValue], of form: String, with printer: ValuePrinter) {
        guard form.last(where: { !$0.isWhitespace }) != ";" else { return }
        for value in values { write(printer.text(value) + "\n") }
    }
}
