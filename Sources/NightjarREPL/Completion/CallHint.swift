// A line about the call that is being written.

import LuaHost

/// Tells the arguments of the function in whose call the cursor stands.
struct CallHint {
    private let state: LuaState

    init(_ state: LuaState) { self.state = state }

    /// The signature, or what the option being written means; nothing outside of known calls.
    func text(_ form: LexedForm, _ cursor: Int) -> String? {
        guard !PromptLine.isCommand(form.text) else { return nil }
        guard let argument = CompletionContext(form, cursor: cursor).argument else { return nil }
        let finder = MeaningFinder(state: state)
        return try? state.withoutCollection {
            if let help = ArgumentHelp(argument, finder) { return help.hint }
            guard case .value(.function(let function)) = finder.meaning(of: argument.callee) else {
                return nil
            }
            return undeclared(function)
        }
    }

    /// How a function of Lua or of the user is called.
    private func undeclared(_ function: LuaFunction) -> String? {
        if let entry = LuaManual.entry(for: function, in: state) { return entry.form }
        let isKnown = function.definition != nil
        return isKnown ? ValuePrinter(state).text(.function(function)) : nil
    }
}
