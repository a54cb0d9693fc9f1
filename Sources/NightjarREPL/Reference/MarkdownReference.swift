// The reference pages.

import LuaHost

/// Renders everything declared as one Markdown document.
public struct MarkdownReference {
    private let words: ReferenceText
    private let sections: [ReferenceSection]

    /// Creates a renderer for a library and the modules written in Lua.
    public init(_ library: Library, modules: [LuaModulePage] = []) {
        words = ReferenceText(library)
        sections = ReferenceSection.all(of: library, modules)
    }

    /// The whole document: modules, then classes, each in the order of declaration, then modules
    /// written in Lua.
    public func text() -> String {
        let parts = sections.map(text)
        return (["# Nightjar reference"] + parts).joined(separator: "\n\n") + "\n"
    }

    /// What a module or class has besides functions, then its functions.
    private func text(_ section: ReferenceSection) -> String {
        var parts = ["## \(section.name)", section.text]
        if !section.members.isEmpty {
            let rows = section.members.map {
                ["`\($0.name)`", words.typeName($0.type), $0.summary]
            }
            parts.append(table([section.memberKind, "Type", "Meaning"], rows))
        }
        parts += section.functions.map(entry)
        return parts.joined(separator: "\n\n")
    }

    /// The heading of a function: its name, or what stands for an operator in scripts.
    static func heading(_ function: Function) -> String {
        "### "
            + (function.expression.map { "\(function.owner): `\($0)`" } ?? function.qualifiedName)
    }

    private func entry(_ function: Function) -> String {
        var parts = [Self.heading(function)]
        if function.expression == nil { parts.append("`\(function.signature)`") }
        parts.append(function.summary)
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
        words.fields(of: type).map {
            ["`\(owner).\($0.name)`", words.typeName($0.type), $0.summary]
        }
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
