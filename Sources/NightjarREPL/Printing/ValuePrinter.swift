// Values as the prompt shows them.

import LuaHost
import NightjarTensor

/// Shows values nearly as Lua writes them, and never much of them, however big they are.
public struct ValuePrinter {
    /// Bytes of a string that are shown.
    private static let shownCharacters = 1_000

    private let state: LuaState
    private let width: Int
    /// List elements and fields of one table that are shown.
    private let shownElements: Int
    /// Tables within tables that are opened.
    private let shownLevels: Int

    /// Creates a printer for lines of `width` characters.
    ///
    /// It shows so many elements and fields of a table, and so many levels of tables within tables.
    public init(
        _ state: LuaState, width: Int = Console.usualWidth, elements: Int = 20, levels: Int = 3
    ) {
        self.state = state
        self.width = width
        shownElements = max(1, elements)
        shownLevels = max(0, levels)
    }

    /// The text of a value; runs the script's own `__tostring` functions.
    public func text(_ value: LuaValue) -> String {
        text(value, within: [], indent: 0, used: 0)
    }

    /// The first line of the text of a value, with tables closed.
    func line(_ value: LuaValue) -> String {
        if case .table(let table) = value, state.describe(value).hasPrefix("table: 0x") {
            return (try? table.pairCount(atMost: 1)) == 0 ? "{}" : "{ … }"
        }
        let text = text(value)
        return text.firstIndex(where: \.isNewline).map { text[..<$0] + " …" } ?? text
    }

    /// As much of a line as fits.
    func cut(_ line: String) -> String {
        line.count <= width ? line : line.prefix(max(1, width - 1)) + "…"
    }

    /// The text of a value inside `tables`, in a line indented by `indent` of which `used`
    /// characters are taken.
    private func text(
        _ value: LuaValue, within tables: [UnsafeRawPointer], indent: Int, used: Int
    ) -> String {
        let level = tables.count
        switch value {
        case .nil, .boolean, .integer, .number: return state.describe(value)
        case .string(let string): return quoted(string)
        case .table(let table):
            // Only a table without a text of its own is described by its address.
            let own = state.describe(value)
            guard own.hasPrefix("table: 0x") else { return inside(moduleText(own) ?? own, level) }
            if let identity = table.identity, tables.contains(identity) { return "<cycle>" }
            return (try? contents(table, within: tables, indent: indent, used: used)) ?? own
        case .function(let function):
            return text(function)
        case .object(let handle):
            if level == 0, let tensor = handle.value(as: Tensor.self) {
                return tensor.description(width: width)
            }
            return inside(state.describe(value), level)
        case .other: return inside(state.describe(value), level)
        }
    }

    /// A function by its name, if it is known, or by what it takes and where it was written.
    private func text(_ function: LuaFunction) -> String {
        if let declared = function.declaration { return "function \(declared.qualifiedName)" }
        if let definition = function.definition {
            let parameters = definition.parameters.joined(separator: ", ")
            return "function(\(parameters)) at \(definition.place)"
        }
        return LuaManual.entry(for: function, in: state).map { "function \($0.name)" }
            ?? state.describe(.function(function))
    }

    /// What stands for a module, whose own text is its name and address.
    private func moduleText(_ text: String) -> String? {
        let module = state.declarations.module(String(text.prefix { $0 != ":" }))
        return module.map { "module \($0.name): \($0.summary)" }
    }

    /// A description of several lines takes only its first inside a table.
    private func inside(_ text: String, _ level: Int) -> String {
        guard level > 0, let end = text.firstIndex(of: "\n") else { return text }
        return text[..<end] + " …"
    }

    // MARK: Tables

    private func contents(
        _ table: LuaTable, within tables: [UnsafeRawPointer], indent: Int, used: Int
    ) throws -> String {
        let listCount = try table.count()
        guard tables.count < shownLevels, let identity = table.identity else {
            return try table.pairCount(atMost: 1) == 0 ? "{}" : "{ … }"
        }
        var parts: [String] = []
        func add(_ name: String, _ value: LuaValue) {
            let inner = indent + 2
            let used = inner + name.count + 1
            let text = text(value, within: tables + [identity], indent: inner, used: used)
            parts.append(name + text)
        }
        for position in 1..<(1 + min(listCount, shownElements)) {
            add("", try table.get(position))
        }
        if listCount > shownElements { parts.append("… (\(listCount) in all)") }
        let (fields, more) = try self.fields(table, listCount)
        for (key, value) in fields { add("\(key) = ", value) }
        if more { parts.append("…") }
        return braces(parts, indent: indent, used: used)
    }

    /// Fields outside of the list part, sorted, and whether there are more.
    private func fields(
        _ table: LuaTable, _ listCount: Int
    ) throws -> (fields: [(key: String, value: LuaValue)], more: Bool) {
        // Lua goes through the list part first; of a long one only its length is looked at.
        let limit = min(listCount, 10_000) + 10 * shownElements
        let pairs = try table.pairs(atMost: limit)
        var fields: [(key: String, value: LuaValue)] = []
        for (key, value) in pairs {
            if let position = key.int, (1...max(1, listCount)).contains(position), listCount > 0 {
                continue
            }
            fields.append((self.key(key), value))
        }
        fields.sort { $0.key < $1.key }
        let more = fields.count > shownElements || (pairs.count == limit && listCount < limit)
        return (Array(fields.prefix(shownElements)), more)
    }

    private func key(_ key: LuaValue) -> String {
        if let name = key.text, Self.isName(name) { return name }
        if case .table = key { return "[{ … }]" }
        return "[\(text(key))]"
    }

    /// Whether Lua takes a text as a name, reserved words aside.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
            default: false
            }
        }
    }

    /// The parts in one line if they fit, else one a line.
    private func braces(_ parts: [String], indent: Int, used: Int) -> String {
        if parts.isEmpty { return "{}" }
        let line = "{ \(parts.joined(separator: ", ")) }"
        if used + line.count <= width, !line.contains("\n") { return line }
        let margin = String(repeating: " ", count: indent)
        return "{\n" + parts.map { "\(margin)  \($0),\n" }.joined() + "\(margin)}"
    }

    // MARK: Strings

    /// The string as Lua could read it again, or its beginning and its length.
    private func quoted(_ string: LuaString) -> String {
        let bytes = string.bytes
        guard bytes.count > Self.shownCharacters else { return PrintableText.quoted(bytes) }
        // The end is no place in the middle of a character, which has 4 bytes at most.
        let end = (Self.shownCharacters - 3...Self.shownCharacters).last {
            bytes[$0] & 0xC0 != 0x80
        }
        let shown = PrintableText.quoted(bytes[..<(end ?? Self.shownCharacters)])
        return "\(shown)… (\(bytes.count) bytes)"
    }
}
