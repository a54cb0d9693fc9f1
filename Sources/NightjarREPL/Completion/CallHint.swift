// A line about the call that is being written.

import LuaHost

/// Tells the arguments of the function in whose call the cursor stands.
struct CallHint {
    private let state: LuaState

    init(_ state: LuaState) { self.state = state }

    /// The signature, or what the option being written means; nothing outside of known calls.
    func text(_ text: [Character], _ cursor: Int) -> String? {
        guard !PromptLine.isCommand(text) else { return nil }
        let context = CompletionContext(text, cursor: cursor)
        guard let argument = context.argument,
            let found = try? state.withoutCollection({
                MeaningFinder(state: state).function(of: argument.callee)
            })
        else { return nil }
        if case .option(let name) = argument.place,
            let parameter = (found.options + found.positional).first(where: { $0.name == name })
        {
            let constraint = ReferenceText(state.declarations).constraint(parameter)
            return "\(name): \(parameter.summary) (\(constraint))"
        }
        return found.signature
    }
}
