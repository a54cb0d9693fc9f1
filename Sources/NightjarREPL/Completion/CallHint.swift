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
        return try? state.withoutCollection {
            ArgumentHelp(argument, MeaningFinder(state: state))?.hint
        }
    }
}
