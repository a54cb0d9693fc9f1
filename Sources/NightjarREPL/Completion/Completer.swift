// Finds the candidates for what is being written.

import LuaHost
import NightjarLua

/// Completes names, fields, methods, options, and what strings hold.
///
/// Nothing of the user runs meanwhile: tables are read raw, objects by their declarations, and the
/// collector rests. Looking through a big table ends when its time is up.
struct Completer {
    /// Candidates that are looked at, and the milliseconds that a table may take.
    static let limits = (names: 1_000, milliseconds: 20)

    private let state: LuaState
    private let finder: MeaningFinder

    init(_ state: LuaState) {
        self.state = state
        finder = MeaningFinder(state: state)
    }

    /// How the text before a cursor can go on.
    func completion(_ form: LexedForm, _ cursor: Int) -> Completion {
        let text = form.text
        if PromptLine.isCommand(text) { return commandCompletion(text, cursor) }
        let context = CompletionContext(form, cursor: cursor)
        let written = String(text[context.written.clamped(to: 0..<text.count)])
        let found = try? state.withoutCollection { () -> Completion in
            if context.kind == .string {
                return stringCompletion(written, at: context.written, context.argument)
            }
            var found = candidates(context, written)
            // Nobody asks for a local variable before writing any of it.
            if context.kind == .name, !written.isEmpty {
                let locals = LocalNames(form, before: context.written.lowerBound).all
                let others = locals.filter { name in
                    name.hasPrefix(written) && !found.contains { $0.text == name }
                }
                found = others.sorted().map { Candidate($0, summary: "local") } + found
            }
            return Completion(range: context.written, candidates: found)
        }
        return found ?? .none(at: cursor)
    }

    /// Completes the names of commands, Lua behind `?` and `:time`, and files behind others.
    private func commandCompletion(_ text: [Character], _ cursor: Int) -> Completion {
        guard let sign = text.firstIndex(where: { !$0.isWhitespace }), sign < cursor else {
            return .none(at: cursor)
        }
        switch text[sign] {
        case "?": return completion(text, cursor, behind: sign + 1)
        case ":" where text[sign..<cursor].starts(with: ":time "):
            return completion(text, cursor, behind: sign + ":time ".count)
        case ":" where text[sign..<cursor].starts(with: ":set "):
            return settings(String(text[sign..<cursor].dropFirst(":set ".count)), endingAt: cursor)
        case ":" where !text[sign..<cursor].contains(" "):
            let written = String(text[sign + 1..<cursor])
            let commands = PromptCommand.all.filter { $0.name.hasPrefix(written) }
            return Completion(
                range: sign + 1..<cursor,
                candidates: commands.map { Candidate($0.name, summary: $0.summary) })
        default:
            let start = text[..<cursor].lastIndex { $0 == " " }.map { $0 + 1 } ?? 0
            let path = String(text[max(start, sign + 1)..<cursor])
            return files(FilePaths.expanded(path), endingAt: cursor)
        }
    }

    /// Completes the name of a setting, or its value where there are few.
    private func settings(_ written: String, endingAt cursor: Int) -> Completion {
        let words = written.split(separator: " ", omittingEmptySubsequences: false)
        let last = words.last.map(String.init) ?? ""
        let all =
            switch words.count {
            case 1: PromptSettings.names
            case 2 where words[0] == "time": PromptSettings.Timing.allCases.map(\.rawValue)
            default: [String]()
            }
        return Completion(
            range: cursor - last.count..<cursor,
            candidates: all.filter { $0.hasPrefix(last) }.map { Candidate($0) })
    }

    /// Completes the part of a text that begins at `start`, which is not behind the cursor.
    private func completion(_ text: [Character], _ cursor: Int, behind start: Int) -> Completion {
        var completion = self.completion(LexedForm(Array(text[start...])), cursor - start)
        let range = completion.range
        completion.range = range.lowerBound + start..<range.upperBound + start
        return completion
    }

    private func candidates(_ context: CompletionContext, _ written: String) -> [Candidate] {
        switch context.kind {
        case .nothing, .string: return []
        case .key(let owner):
            guard case .value(.table(let table)) = finder.meaning(of: owner) else { return [] }
            return keys(of: table, written)
        case .field(let owner):
            let known = finder.meaning(of: owner).map { fields(of: $0, written) } ?? []
            let files = luaModules(in: owner, written).filter { file in
                !known.contains { $0.text == file.text }
            }
            return files.isEmpty ? known : (known + files).sorted { $0.text < $1.text }
        case .method(let owner):
            return finder.meaning(of: owner).map { methods(of: $0, written) } ?? []
        case .name:
            return context.argument.flatMap { ArgumentHelp($0, finder) }?
                .names(startingWith: written) ?? globals(written)
        }
    }

    // MARK: Names

    private func globals(_ written: String) -> [Candidate] {
        guard let globals = try? state.globals else { return [] }
        let keywords = LuaLexer.keywords.filter { $0.hasPrefix(written) }.sorted()
        // Nobody writes all keywords; they only hide the rest.
        return names(in: globals, written).map { Candidate($0.text) }
            + (written.isEmpty ? [] : keywords.map { Candidate($0) })
    }

    /// Texts by which a table has values, as far as they stand in a string as they are.
    private func keys(of table: LuaTable, _ written: String) -> [Candidate] {
        let names = try? table.names(
            startingWith: written, atMost: Self.limits.names,
            milliseconds: Self.limits.milliseconds)
        let plain = (names ?? []).map(\.text).filter { name in
            PrintableText.visible(name) == name && !name.contains { "\"'\\\n\t".contains($0) }
        }
        return plain.sorted().map { Candidate($0) }
    }

    private func names(
        in table: LuaTable, _ written: String, onlyFunctions: Bool = false
    ) -> [LuaName] {
        var seen: Set<String> = []
        var names: [LuaName] = []
        let tables = finder.chain(from: table)
        for table in tables {
            let found =
                try? table.names(
                    startingWith: written, atMost: Self.limits.names,
                    milliseconds: Self.limits.milliseconds / tables.count)
            for name in found ?? [] where Self.isWritable(name.text, written) {
                if onlyFunctions && !name.isFunction { continue }
                if seen.insert(name.text).inserted { names.append(name) }
            }
        }
        return names.sorted { $0.text < $1.text }
    }

    /// Whether a key can be written behind a dot, and is not hidden by its underscore.
    private static func isWritable(_ name: String, _ written: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first),
            !LuaLexer.keywords.contains(name)
        else { return false }
        if first == UInt8(ascii: "_"), !written.hasPrefix("_") { return false }
        return name.utf8.allSatisfy {
            (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0)
                || $0 == UInt8(ascii: "_")
        }
    }

    private func fields(of meaning: Meaning, _ written: String) -> [Candidate] {
        switch meaning {
        case .value(.table(let table)):
            let module = finder.moduleName(table)
            var candidates = names(in: table, written).map { name in
                Candidate(name.text, summary: module.map { summary(of: name.text, in: $0) } ?? "")
            }
            if let prefix = module.flatMap({ state.declarations.module($0)?.luaPrefix }) {
                candidates += LuaModules(state).inside(prefix, startingWith: written)
                    .filter { module in
                        !module.hasSuffix("_spec") && !candidates.contains { $0.text == module }
                    }
                    .map { Candidate($0, summary: "Lua module \(prefix).\($0)") }
            }
            return candidates.sorted { $0.text < $1.text }
        case .type(.table(let fields)):
            return fields.filter { $0.name.hasPrefix(written) }
                .map { Candidate($0.name, summary: $0.summary) }
        default:
            let properties = finder.declaredClass(of: meaning)?.properties ?? []
            return properties.filter { $0.name.hasPrefix(written) }
                .map { Candidate($0.name, summary: $0.summary) }
        }
    }

    /// Lua modules in a folder below a module's own, such as those of `nj.policies`, which the table
    /// itself gets one by one.
    private func luaModules(in owner: Expression, _ written: String) -> [Candidate] {
        guard case .name(let root) = owner.root, !owner.steps.isEmpty,
            let prefix = state.declarations.module(root)?.luaPrefix
        else { return [] }
        var path = prefix
        for step in owner.steps {
            guard case .field(let name) = step else { return [] }
            path += "." + name
        }
        return LuaModules(state).inside(path, startingWith: written)
            .filter { !$0.hasSuffix("_spec") }
            .map { Candidate($0, summary: "Lua module \(path).\($0)") }
    }

    private func summary(of name: String, in module: String) -> String {
        state.declarations.function("\(module).\(name)")?.summary
            ?? state.declarations.module("\(module).\(name)")?.summary ?? ""
    }

    private func methods(of meaning: Meaning, _ written: String) -> [Candidate] {
        if finder.isString(meaning), let library = finder.stringLibrary {
            return names(in: library, written).map { Candidate($0.text) }
        }
        if case .value(.table(let table)) = meaning {
            return names(in: table, written, onlyFunctions: true).map { Candidate($0.text) }
        }
        guard let item = finder.declaredClass(of: meaning) else { return [] }
        return state.declarations.functions(of: item.name)
            .filter { $0.name.hasPrefix(written) && !$0.name.hasPrefix("__") }
            .map { Candidate($0.name, summary: $0.summary) }.sorted { $0.text < $1.text }
    }

    // MARK: Strings

    private func stringCompletion(
        _ written: String, at range: Range<Int>, _ argument: CompletionContext.Argument?
    ) -> Completion {
        guard let argument else { return files(written, endingAt: range.upperBound) }
        let texts = stringCandidates(argument).filter { $0.text.hasPrefix(written) }
        if !texts.isEmpty { return Completion(range: range, candidates: texts) }
        if argument.callee == Expression(root: .name("require")) {
            let modules = LuaModules(state).names(startingWith: written)
            return Completion(range: range, candidates: modules.map { Candidate($0) })
        }
        return files(written, endingAt: range.upperBound)
    }

    /// Files, but at level lab only those below the working folder.
    private func files(_ path: String, endingAt position: Int) -> Completion {
        let leadsOut = path.hasPrefix("/") || path.split(separator: "/").contains("..")
        if state.configuration.level == .lab, leadsOut { return .none(at: position) }
        return FilePaths.completion(path, endingAt: position)
    }

    /// The texts that an argument can be, as far as they are known.
    private func stringCandidates(_ argument: CompletionContext.Argument) -> [Candidate] {
        guard let help = ArgumentHelp(argument, finder) else { return [] }
        switch (help.name, argument.place) {
        case ("nj.data.open", .position(0)): return DataSetNames.candidates(state)
        case ("nj.Checkpoint:tensor", .position(0)), ("nj.Model:tensor", .position(0)):
            return tensorNames(argument.callee)
        default: return help.choices
        }
    }

    /// The tensors of the checkpoint or model on which a method is called.
    private func tensorNames(_ callee: Expression) -> [Candidate] {
        var receiver = callee
        receiver.steps.removeLast(min(1, receiver.steps.count))
        guard case .value(.object(let handle)) = finder.meaning(of: receiver) else { return [] }
        return TensorNames.of(handle).map { Candidate($0) }
    }
}
