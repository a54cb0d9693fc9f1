// Help at the prompt.

import LuaHost
import NightjarRuntime

/// Finds and renders what is declared about a name or a value.
struct Help {
    /// What `?` alone and `:help` show.
    static let introduction = """
        An expression shows its value; a ; at the end keeps it quiet. _ is the last value, then _2, _3.
        ?name or help(value)   what a function, method, class or module does: ?nj, ?nj.options
        :trace                 all calls that led to the last error
        :quit or Ctrl-D        leave
        Ctrl-C                 stop what runs, or drop what was typed
        """

    private let state: LuaState

    init(_ state: LuaState) { self.state = state }

    /// Makes the function `help` known to scripts; `show` takes the text.
    func register(_ show: @escaping (String) -> Void) throws {
        let state = state
        try state.globals.set(
            "help",
            to: LuaClosure("help") { [unowned state] call in
                show(Help(state).text(about: call.value(at: 1)))
                return LuaResults()
            })
    }

    /// The help on a value: a declared function, an object, a module, or the name of one.
    func text(about value: LuaValue) -> String {
        switch value {
        case .nil: Self.introduction
        case .string(let name): text(about: name.description)
        default: declared(value) ?? "there is no help on this \(value.typeName)"
        }
    }

    /// What is declared about a value.
    private func declared(_ value: LuaValue) -> String? {
        let library = state.declarations
        switch value {
        case .function(let function): return function.declaration.map(text)
        case .object(let handle): return library.declaredClass(handle.typeName).map(text)
        case .table:
            // A module's table is described by its name.
            return library.module(String(state.describe(value).prefix { $0 != ":" })).map(text)
        default: return nil
        }
    }

    /// The help on a name as a user writes it: in full, as its last part, or as a global variable.
    func text(about name: String) -> String {
        let library = state.declarations
        if name.isEmpty { return Self.introduction }
        if let module = library.module(name) { return text(module) }
        if let found = library.declaredClass(name) { return text(found) }
        if let function = library.function(name) { return text(function) }
        if let value = value(of: name), let text = declared(value) { return text }
        let matches = library.functions.filter { Self.matches($0.qualifiedName, name) }
        let classes = library.classes.filter { Self.matches($0.name, name) }
        if matches.count == 1, classes.isEmpty, let match = matches.first { return text(match) }
        if matches.isEmpty, classes.count == 1, let match = classes.first { return text(match) }
        guard matches.isEmpty, classes.isEmpty else {
            return columns(
                classes.map { [$0.name, $0.summary] }
                    + matches.map { [$0.qualifiedName, $0.summary] })
        }
        let known =
            library.functions.flatMap { [$0.qualifiedName, $0.name] } + library.classes.map(\.name)
            + library.modules.map(\.name)
        return "there is no help on '\(name)'\(Suggestion.hint(for: name, in: known))"
    }

    /// Whether `part` is the end of a full name, such as `sum` or `Tensor:sum` of `nj.Tensor:sum`.
    private static func matches(_ name: String, _ part: String) -> Bool {
        let dotted = part.map { $0 == ":" ? "." : $0 }
        return (String(name.map { $0 == ":" ? "." : $0 })).hasSuffix("." + String(dotted))
    }

    /// The value of a global variable or of a field in it, read without running anything.
    private func value(of path: String) -> LuaValue? {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var value = try? state.globals.get(parts[0])
        for part in parts.dropFirst() {
            guard case .table(let table) = value else { return nil }
            value = try? table.get(part)
        }
        return value
    }

    // MARK: Texts

    private func text(_ function: Function) -> String {
        var sections = [[function.signature, function.summary].joined(separator: "\n")]
        if !function.details.isEmpty { sections.append(wrapped(function.details)) }
        let parameters = function.positional + function.options
        if !parameters.isEmpty { sections.append(columns(parameters.map(columns))) }
        for value in function.returns.values {
            sections.append("gives \(reference.typeName(value.type)): \(value.summary)")
        }
        if !function.example.isEmpty { sections.append("example: \(function.example)") }
        return sections.joined(separator: "\n\n")
    }

    private func columns(_ parameter: Parameter) -> [String] {
        [parameter.name, reference.constraint(parameter), parameter.summary]
    }

    private func text(_ item: Class) -> String {
        var sections = ["\(item.name)\n\(item.summary)"]
        let properties = item.properties.map {
            [".\($0.name)", reference.typeName($0.type), $0.summary]
        }
        if !properties.isEmpty { sections.append(columns(properties)) }
        let methods = state.declarations.functions(of: item.name)
        if !methods.isEmpty {
            sections.append(columns(methods.map { [":\($0.name)", $0.summary] }))
        }
        return sections.joined(separator: "\n\n")
    }

    private func text(_ module: Module) -> String {
        let library = state.declarations
        let inner = library.modules.filter { $0.name.hasPrefix(module.name + ".") }
        let classes = library.classes.filter { $0.name.hasPrefix(module.name + ".") }
        let rows =
            module.constants.map { ["\(module.name).\($0.name)", $0.summary] }
            + library.functions(of: module.name).map { [$0.qualifiedName, $0.summary] }
        let sections = [
            "\(module.name)\n\(module.summary)", columns(rows),
            columns(inner.map { [$0.name, $0.summary] }),
            columns(classes.map { [$0.name, $0.summary] }),
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var reference: ReferenceText { ReferenceText(state.declarations) }

    /// Text in lines of the usual width.
    private func wrapped(_ text: String) -> String {
        var lines = [""]
        for word in text.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if line.count + 1 + word.count <= Console.usualWidth {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Rows with aligned columns.
    private func columns(_ rows: [[String]]) -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = "  " + cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
