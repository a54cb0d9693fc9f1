// The reference pages.

import LuaHost

/// Renders everything declared as one Markdown document.
public struct MarkdownReference {
    private let library: Library
    private let words: ReferenceText

    /// Creates a renderer for a library.
    public init(_ library: Library) {
        self.library = library
        words = ReferenceText(library)
    }

    /// The whole document: modules, then classes, each in the order of declaration.
    public func text() -> String {
        let parts = library.modules.map(section) + library.classes.map(section)
        return (["# Nightjar reference"] + parts).joined(separator: "\n\n") + "\n"
    }

    private func section(_ module: Module) -> String {
        var parts = ["## \(module.name)", module.summary]
        if !module.constants.isEmpty {
            let rows = module.constants.map {
                ["`\(module.name).\($0.name)`", words.typeName($0.type), $0.summary]
            }
            parts.append(table(["Constant", "Type", "Meaning"], rows))
        }
        parts += library.functions(of: module.name).map(entry)
        return parts.joined(separator: "\n\n")
    }

    private func section(_ item: Class) -> String {
        var parts = ["## \(item.name)", item.summary]
        if !item.properties.isEmpty {
            let rows = item.properties.map {
                ["`\($0.name)`", words.typeName($0.type), $0.summary]
            }
            parts.append(table(["Property", "Type", "Meaning"], rows))
        }
        parts += library.functions(of: item.name).map(entry)
        return parts.joined(separator: "\n\n")
    }

    private func entry(_ function: Function) -> String {
        var parts = ["### \(function.qualifiedName)", "`\(function.signature)`", function.summary]
        if !function.details.isEmpty { parts.append(function.details) }
        let parameters = function.positional + function.options
        if !parameters.isEmpty {
            let rows = parameters.map { ["`\($0.name)`", words.constraint($0), $0.summary] }
            parts.append(table(["Argument", "Type", "Meaning"], rows))
        }
        for value in function.returns.values {
            parts.append("Gives \(words.typeName(value.type)): \(value.summary).")
        }
        if !function.example.isEmpty { parts.append("```lua\n\(function.example)\n```") }
        return parts.joined(separator: "\n\n")
    }

    private func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows)
            .map { row in "| \(row.map(escaped).joined(separator: " | ")) |" }
            .joined(separator: "\n")
    }

    /// A cell's text, in which a bar would end the cell.
    private func escaped(_ cell: String) -> String {
        cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
