// Help at the prompt.

import LuaHost
import NightjarLua
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Finds and renders what is declared about a name or a value.
struct Help {
    /// What `?` alone and `:help` show.
    static let introduction = """
        An expression shows its value; a ; at the end keeps it quiet.
        _, _2, _3              the last values
        ?name or help(value)   what a function, class or module does: ?nj, ?nj.fit
        apropos "word"         everything whose name or description has the word
        who()                  your variables with their sizes
        !command               a command of the shell
        Tab                    complete names, options in { }, data sets, files
        Enter                  run the form when it is whole; Alt-Enter begins a line
        Up, Down, Ctrl-R       earlier forms: those that begin alike, or search
        Ctrl-C, Ctrl-D         stop what runs or drop what was typed; leave

        """
        + PromptCommand.all.map { command in
            let gap = String(repeating: " ", count: max(1, 23 - command.usage.count))
            return command.usage + gap + command.summary
        }.joined(separator: "\n")

    /// The field of a metatable in which a table of a script has its own help.
    private static let ownHelp = "__help"

    private let state: LuaState
    private let screenWidth: () -> Int

    /// Help on what a state knows, in lines that fit a screen but are not wider than usual.
    init(_ state: LuaState, width: @escaping () -> Int = { Console.usualWidth }) {
        self.state = state
        screenWidth = { min(Console.usualWidth, max(20, width())) }
    }

    /// Makes the functions `help` and `apropos` known to scripts; `show` takes their texts.
    func register(_ show: @escaping (String) -> Void) throws {
        let (state, width) = (state, screenWidth)
        try state.globals.set(
            "help",
            to: LuaClosure("help") { [unowned state] call in
                show(Help(state, width: width).text(about: call.value(at: 1)))
                return LuaResults()
            })
        try state.globals.set(
            "apropos",
            to: LuaClosure("apropos") { [unowned state] call in
                guard let word = call.value(at: 1).text, !word.isEmpty else {
                    throw LuaError("apropos needs a word, such as apropos \"influence\"")
                }
                show(Help(state, width: width).mentions(of: word))
                return LuaResults()
            })
    }

    /// Everything declared whose name or description has the words.
    private func mentions(of words: String) -> String {
        let library = state.declarations
        let word = words.lowercased()
        func mentions(_ texts: String...) -> Bool {
            texts.contains { $0.lowercased().contains(word) }
        }
        let rows =
            library.modules.filter { mentions($0.name, $0.summary) }.map { [$0.name, $0.summary] }
            + library.classes.filter { mentions($0.name, $0.summary) }
            .map { [$0.name, $0.summary] }
            + library.functions.filter { mentions($0.qualifiedName, $0.summary, $0.details) }
            .map { [$0.qualifiedName, $0.summary] }
            + luaModules.filter { mentions($0.name, $0.head) }.map { [$0.name, $0.summary] }
        return rows.isEmpty ? "nothing mentions '\(words)'" : columns(rows)
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
        case .function(let function): return function.declaration.map(text) ?? own(function)
        case .object(let handle): return library.declaredClass(handle.typeName).map(text)
        case .table(let table):
            if let own = try? table.metatable()?.get(Self.ownHelp).text { return own }
            // A module's table is described by its name.
            return library.module(String(state.describe(value).prefix { $0 != ":" })).map(text)
        default: return nil
        }
    }

    /// What is known of a function that is not declared: Lua's own, or one of a script.
    private func own(_ function: LuaFunction) -> String? {
        if let entry = LuaManual.entry(for: function, in: state) { return entry.text }
        guard function.definition != nil else { return nil }
        return "\(ValuePrinter(state).text(.function(function)))\nA function of a script."
    }

    /// The help on a name as a user writes it: in full, as its last part, or as a global variable.
    func text(about name: String) -> String {
        let library = state.declarations
        if name.isEmpty { return Self.introduction }
        if let module = library.module(name) { return text(module) }
        if let found = library.declaredClass(name) { return text(found) }
        if let function = library.function(name) { return text(function) }
        if let text = luaModule(name) { return text }
        if let value = value(of: name), let text = declared(value) { return text }
        if let text = member(name) ?? LuaManual.entry(named: name)?.text { return text }
        if let text = command(name) { return text }
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
            + library.modules.map(\.name) + LuaManual.names
        let hint = Suggestion.hint(for: name, in: known)
        let isWord = hint.isEmpty && name.allSatisfy(\.isLetter)
        return "there is no help on '\(name)'\(hint)"
            + (isWord ? "; apropos \"\(name)\" searches all descriptions" : "")
    }

    /// The help on a method or property of an object in a variable, such as `train:subset`.
    private func member(_ path: String) -> String? {
        guard let separator = path.lastIndex(where: { ".:".contains($0) }),
            case .object(let handle) = value(of: String(path[..<separator]))
        else { return nil }
        let name = path[path.index(after: separator)...]
        let library = state.declarations
        if let method = library.function("\(handle.typeName):\(name)") { return text(method) }
        guard let item = library.declaredClass(handle.typeName) else { return nil }
        return item.properties.first { $0.name == name }.map { text($0, of: item) }
    }

    /// The help on a Lua module of Nightjar's own, such as `nj.experiment`: what it says of itself, or
    /// the comment with which its file begins.
    private func luaModule(_ name: String) -> String? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 1, let prefix = state.declarations.module(parts[0])?.luaPrefix else {
            return nil
        }
        if let owner = luaModules.first(where: {
            $0.name == parts.dropLast().joined(separator: ".")
        }),
            let text = owner.text(ofFunction: parts[parts.count - 1])
        {
            return text
        }
        guard parts.allSatisfy(ValuePrinter.isName) else { return nil }
        let place = [prefix] + parts.dropFirst()
        if let file = libraryFile(place) {
            return ownHelp(at: name) ?? "\(name)\n\(HeadComment.of(file))"
        }
        // Such as nj.policies.gentle, which nj.policies finds beside the script.
        return libraryFile(place.dropLast()) == nil ? nil : ownHelp(at: name)
    }

    /// The file of a module of Nightjar's own.
    private func libraryFile(_ place: some Sequence<String>) -> String? {
        let path = place.joined(separator: "/") + ".lua"
        return state.configuration.libraryFolders.lazy.map { "\($0)/\(path)" }
            .first { access($0, R_OK) == 0 }
    }

    /// What the table that a path of names leads to says of itself; its module is loaded for that.
    private func ownHelp(at path: String) -> String? {
        guard case .table(let table)? = try? state.run("return \(path)", name: "=help").first
        else { return nil }
        return try? table.metatable()?.get(Self.ownHelp).text
    }

    /// The modules of Nightjar's own that are written in Lua.
    private var luaModules: [LuaModulePage] {
        LuaModulePage.all(of: state.declarations, in: state.configuration.libraryFolders)
    }

    /// The help on a command of the prompt, such as `:save`.
    private func command(_ name: String) -> String? {
        PromptCommand.all.first { ":\($0.name)" == name }.map { "\($0.usage)\n\($0.summary)" }
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
        // Arguments stay whole, as `lr = 0.001` reads badly in two lines.
        let arguments = function.signature.split(separator: ",").map(String.init)
        let signature = wrapped(
            arguments.dropLast().map { $0.trimmed + "," } + arguments.suffix(1).map(\.trimmed),
            indent: 4)
        var sections = ["\(signature)\n\(wrapped(words(of: function.summary)))"]
        if !function.details.isEmpty { sections.append(wrapped(words(of: function.details))) }
        let parameters = function.positional + function.options
        if !parameters.isEmpty { sections.append(columns(parameters.flatMap(rows))) }
        for value in function.returns.values {
            let gives = wrapped(
                words(of: "gives \(reference.typeName(value.type)): \(value.summary)"))
            let fields = self.fields(of: value.type)
            sections.append(fields.isEmpty ? gives : "\(gives)\n\(columns(fields))")
        }
        if !function.example.isEmpty { sections.append("example: \(function.example)") }
        return sections.joined(separator: "\n\n")
    }

    /// An argument, and the fields of a table under it.
    private func rows(_ parameter: Parameter) -> [[String]] {
        let row = [parameter.name, "\(parameter.summary) (\(reference.constraint(parameter)))"]
        return [row] + fields(of: parameter.type)
    }

    /// The fields that a table has, if they are declared.
    private func fields(of type: LuaType) -> [[String]] {
        reference.fields(of: type).map {
            ["  \($0.name)", "\($0.summary) (\(reference.typeName($0.type)))"]
        }
    }

    private func text(_ property: Property, of item: Class) -> String {
        "\(item.name).\(property.name)\n\(described(property))"
    }

    private func described(_ property: Property) -> String {
        "\(property.summary) (\(reference.typeName(property.type)))"
    }

    private func text(_ item: Class) -> String {
        var sections = ["\(item.name)\n\(wrapped(words(of: item.summary)))"]
        if !item.properties.isEmpty {
            sections.append(columns(item.properties.map { [".\($0.name)", described($0)] }))
        }
        let methods = state.declarations.functions(of: item.name)
        if !methods.isEmpty {
            sections.append(columns(methods.map { [$0.expression ?? ":\($0.name)", $0.summary] }))
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
            "\(module.name)\n\(wrapped(words(of: module.summary)))", columns(rows),
            columns(inner.map { [$0.name, $0.summary] }),
            columns(classes.map { [$0.name, $0.summary] }),
            columns(
                luaModules.filter { $0.name.hasPrefix(module.name + ".") }
                    .map { [$0.name, $0.summary] }),
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var reference: ReferenceText { ReferenceText(state.declarations) }

    private func words(of text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Words in lines that fit; those after the first are indented.
    private func wrapped(_ words: [String], indent: Int = 0) -> String {
        let width = screenWidth()
        var lines: [String] = []
        for word in words {
            if let line = lines.last, line.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(repeating: " ", count: lines.isEmpty ? 0 : indent) + word)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Names and what is said about them, in two columns where the screen has room for both.
    private func columns(_ rows: [[String]]) -> String {
        let width = rows.compactMap(\.first?.count).max() ?? 0
        let fits = width + 4 <= screenWidth() / 2
        return rows.map { row in
            let gap = fits ? String(repeating: " ", count: width - row[0].count + 1) : ""
            return wrapped(["  \(row[0])\(gap)"] + words(of: row[1]), indent: fits ? width + 4 : 6)
        }.joined(separator: "\n")
    }
}
