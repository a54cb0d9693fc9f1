// What declarations say of the argument that is being written.

import LuaHost

/// A declared function, seen from inside one of its calls.
struct ArgumentHelp {
    private let function: Function
    private let argument: CompletionContext.Argument
    private let reference: ReferenceText

    /// Finds what is called; nothing if it is not declared.
    init?(_ argument: CompletionContext.Argument, _ finder: MeaningFinder) {
        guard let function = finder.function(of: argument.callee) else { return nil }
        self.function = function
        self.argument = argument
        reference = ReferenceText(finder.state.declarations)
    }

    /// The full name of the function.
    var name: String { function.qualifiedName }

    private var parameters: [Parameter] { function.options + function.positional }

    /// The names that can be written, each with its meaning; nothing where a value can stand, too.
    func names(startingWith written: String) -> [Candidate]? {
        guard argument.place == .optionName else { return nil }
        let names = known.filter {
            $0.title.hasPrefix(written) && !argument.given.contains($0.title)
        }
        let takesValues =
            !argument.tables.isEmpty || function.options.isEmpty
            || parameters.contains(where: \.takesArrayPart)
        return names.isEmpty && takesValues ? nil : names
    }

    /// Names that the table which is being written can have.
    private var known: [Candidate] {
        guard argument.tables.isEmpty else {
            return fields.map { candidate($0.name, $0.summary, reference.typeName($0.type)) }
        }
        return parameters.map { candidate($0.name, $0.summary, reference.constraint($0)) }
    }

    /// The fields of the innermost table, followed through the types of those around it.
    private var fields: [LuaType.Field] {
        // Elements of a list in the place of the options belong to the argument that takes them.
        guard let outermost = argument.tables.first,
            let parameter = outermost.isEmpty
                ? parameters.first(where: \.takesArrayPart) ?? function.positional.last
                : parameters.first(where: { $0.name == outermost })
        else { return [] }
        return argument.tables.dropFirst().reduce(reference.fields(of: parameter.type)) {
            fields, name in
            // Fields of a list are those of its elements.
            if name.isEmpty { return fields }
            return fields.first { $0.name == name }.map { reference.fields(of: $0.type) } ?? []
        }
    }

    private func candidate(_ name: String, _ summary: String, _ constraint: String) -> Candidate {
        Candidate("\(name) = ", label: name, summary: "\(summary) (\(constraint))")
    }

    /// What the option means whose value is being written; else how the function is called.
    var hint: String {
        if case .option(let name) = argument.place,
            let known = known.first(where: { $0.title == name })
        {
            return "\(name): \(known.summary)"
        }
        return function.signature
    }

    /// The texts that the argument can be, as far as they are declared.
    var choices: [Candidate] {
        if case .option(let name) = argument.place, !argument.tables.isEmpty {
            return fields.filter { $0.name == name }.flatMap { Self.choices($0.type) }
                .map { Candidate($0) }
        }
        guard let parameter else { return [] }
        return Self.choices(parameter.type).map { Candidate($0) }
            + parameter.known.map { Candidate($0.text, summary: $0.summary) }
    }

    /// The argument whose value, or an element of whose list, is being written.
    private var parameter: Parameter? {
        switch (argument.place, argument.tables.first) {
        case (.position(let position), _): function.positional.dropFirst(position).first
        case (.option(let name), _): parameters.first { $0.name == name }
        case (.optionName, nil): parameters.first(where: \.takesArrayPart)
        case (.optionName, let list?):
            argument.tables.count == 1 ? parameters.first { $0.name == list } : nil
        }
    }

    private static func choices(_ type: LuaType) -> [String] {
        switch type {
        case .choice(let names): names
        case .list(let element): choices(element)
        case .either(let types): types.flatMap(choices)
        default: []
        }
    }
}
