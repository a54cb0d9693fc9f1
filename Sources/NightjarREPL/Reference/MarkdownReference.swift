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
            let rows = parameters.flatMap { parameter in
                [["`\(parameter.name)`", words.constraint(parameter), parameter.summary]]
                    + fields(of: parameter.type, in: parameter.name)
            }
            parts.append(table(["Argument", "Type", "Meaning"], rows))
        }
        for value in function.returns.values {
            parts.append("Gives \(words.typeName(value.type)): \(value.summary).")
            let rows = fields(of: value.type, in: "")
            if !rows.isEmpty { parts.append(table(["Field", "Type", "Meaning"], rows)) }
        }
        if !function.example.isEmpty { parts.append("```lua\n\(function.example)\n```") }
        return parts.joined(separator: "\n\n")
    }

    /// The fields that a table has, if they are declared.
    private func fields(of type: LuaType, in owner: String) -> [[String]] {
        guard case .table(let fields) = type else { return [] }
        return fields.map { ["`\(owner).\($0.name)`", words.typeName($0.type), $0.summary] }
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
