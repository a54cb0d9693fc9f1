// What the modules of Nightjar that are written in Lua say of themselves.

import FoundationEssentials
import LuaHost
import NightjarLua

/// The page of a Lua module: the comment with which its file begins, and those of its functions.
public struct LuaModulePage: Sendable {
    /// As scripts write it, such as `nj.experiment`.
    public let name: String
    /// Where its file is.
    let path: String
    /// The comment with which its file begins.
    let head: String

    /// The first sentence of the comment.
    var summary: String {
        let paragraph = head.prefix(upTo: head.firstRange(of: "\n\n")?.lowerBound ?? head.endIndex)
        let line = paragraph.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard let end = line.firstRange(of: ". ") else { return line }
        return String(line[..<end.lowerBound]) + "."
    }

    /// The modules of the folders that the names of a library stand for, by name; their specs are
    /// left out.
    public static func all(of library: Library, in folders: [String]) -> [LuaModulePage] {
        var found: [String: LuaModulePage] = [:]
        for module in library.modules {
            guard let prefix = module.luaPrefix else { continue }
            for folder in folders {
                for page in pages(in: "\(folder)/\(prefix)", called: module.name)
                where found[page.name] == nil {
                    found[page.name] = page
                }
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }

    private static func pages(in folder: String, called owner: String) -> [LuaModulePage] {
        FilePaths.entries(of: folder).flatMap { entry -> [LuaModulePage] in
            let path = "\(folder)/\(entry.name)"
            if entry.isFolder { return pages(in: path, called: "\(owner).\(entry.name)") }
            guard entry.name.hasSuffix(".lua"), !entry.name.hasSuffix("_spec.lua") else {
                return []
            }
            let name = "\(owner).\(entry.name.dropLast(4))"
            return [LuaModulePage(name: name, path: path, head: HeadComment.of(path))]
        }
    }

    /// The comment of the file, then each function that has one: how it is called, indented as code,
    /// and its comment.
    var text: String {
        ([head] + functions.map { "    \($0.call)\n\n\($0.text)" }).joined(separator: "\n\n")
    }

    /// What the comment above a function says; nothing when the module has no such function.
    func text(ofFunction function: String) -> String? {
        functions.first { $0.name == function }.map { "\($0.call)\n\($0.text)" }
    }

    /// The functions `function module.name(…)`, and the methods `function Value:name(…)` of what the
    /// module gives, that stand under a comment.
    private var functions: [(name: String, call: String, text: String)] {
        guard let source = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        var found: [(name: String, call: String, text: String)] = []
        var comment: [Substring] = []
        for line in source.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("---") {
                comment.append(line.dropFirst(line.hasPrefix("--- ") ? 4 : 3))
                continue
            }
            defer { comment = [] }
            guard !comment.isEmpty, line.hasPrefix("function "),
                let open = line.firstIndex(of: "("), let close = line.firstIndex(of: ")"),
                let dot = line[..<open].lastIndex(where: { $0 == "." || $0 == ":" })
            else { continue }
            let function = String(line[line.index(after: dot)..<open])
            guard !function.hasPrefix("_") else { continue }
            let owner = line.dropFirst("function ".count).prefix { $0 != "." && $0 != ":" }
            let call = line[dot] == "." ? "\(name)." : "\(owner.lowercased()):"
            found.append(
                (function, "\(call)\(function)\(line[open...close])", Self.prose(of: comment)))
        }
        return found
    }

    /// A comment with a list of its `@param` and `@return` lines behind it.
    private static func prose(of comment: [Substring]) -> String {
        var lines: [Substring] = []
        var list: [String] = []
        for line in comment {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            switch words.first {
            case "@param" where words.count > 2:
                let (type, meaning) = parts(ofType: words[2...].joined(separator: " "))
                list.append("- `\(words[1])` (\(type))" + (meaning.isEmpty ? "" : ": \(meaning)"))
            case "@return" where words.count > 1:
                list.append(
                    "- gives " + words.dropFirst().filter { $0 != "#" }.joined(separator: " "))
            default: lines.append(line)
            }
        }
        return [lines.joined(separator: "\n"), list.joined(separator: "\n")]
            .filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// A type, up to a space or to the end of its braces, and what is said behind it.
    private static func parts(ofType text: String) -> (type: Substring, meaning: Substring) {
        let braces = text.hasPrefix("{") ? text.firstIndex(of: "}") : nil
        let end =
            braces.map { text.index(after: $0) } ?? text.firstIndex(of: " ") ?? text.endIndex
        return (text[..<end], text[end...].drop(while: \.isWhitespace))
    }
}
