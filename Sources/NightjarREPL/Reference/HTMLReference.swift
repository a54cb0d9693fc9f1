// The reference pages for browsers.

import LuaHost
import NightjarRuntime

/// Renders everything declared as one HTML page that needs nothing beside it, no network either.
public struct HTMLReference {
    private let words: ReferenceText
    private let linked: LinkedText
    private let sections: [ReferenceSection]

    /// Creates a renderer for a library and the modules written in Lua.
    public init(_ library: Library, modules: [LuaModulePage] = []) {
        words = ReferenceText(library)
        linked = LinkedText(library)
        sections = ReferenceSection.all(of: library, modules)
    }

    /// The whole page: an index, then modules and classes, each in the order of declaration.
    public func text() -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Nightjar reference</title>
        <style>
        \(HTMLPage.style)
        </style>
        </head>
        <body>
        <nav aria-label="Index">
        <p><a href="#top">Nightjar \(LinkedText.escaped(Version.current))</a></p>
        <input id="filter" type="search" placeholder="Filter ( / )" aria-label="Filter" hidden>
        \(sections.map(index).joined(separator: "\n"))
        </nav>
        <main id="top">
        <h1>Nightjar reference</h1>
        \(HTMLPage.introduction)
        \(sections.map(text).joined(separator: "\n"))
        </main>
        <script>
        \(HTMLPage.script)
        </script>
        </body>
        </html>

        """
    }

    // MARK: The index

    private func index(_ section: ReferenceSection) -> String {
        let entries =
            [entry(section.name, "overview", section.summary)]
            + section.functions.map {
                entry(LinkedText.anchor($0), $0.expression ?? title($0), $0.summary)
            }
        return """
            <details>
            <summary>\(section.name)</summary>
            <ul>
            \(entries.joined(separator: "\n"))
            </ul>
            </details>
            """
    }

    private func entry(_ anchor: String, _ title: String, _ summary: String) -> String {
        "<li><a href=\"#\(anchor)\" title=\"\(LinkedText.escaped(summary))\">"
            + "\(LinkedText.escaped(title))</a></li>"
    }

    /// The name of a function inside its own section.
    private func title(_ function: Function) -> String {
        function.qualifiedName == function.owner ? "\(function.owner)(…)" : function.name
    }

    // MARK: Sections

    private func text(_ section: ReferenceSection) -> String {
        let place = section.name
        var parts = [
            "<section id=\"\(place)\">",
            heading(2, place, place),
        ]
        parts += paragraphs(of: section.text).map { block in
            if block.hasPrefix("    ") {
                return "<pre><code>\(linked.lua(block, at: place))</code></pre>"
            }
            guard block.hasPrefix("- ") else { return paragraph(block, place) }
            let items = block.split(separator: "\n").map {
                "<li>\(linked.prose($0.dropFirst(2), at: place))</li>"
            }
            return "<ul>\(items.joined())</ul>"
        }
        if !section.members.isEmpty {
            let rows = section.members.map { [code($0.name), type($0.type, place), $0.summary] }
            parts.append(table([section.memberKind, "Type", "Meaning"], rows, at: place))
        }
        parts += section.functions.map(text)
        return (parts + ["</section>"]).joined(separator: "\n")
    }

    /// Texts between empty lines.
    private func paragraphs(of text: String) -> [String] {
        var blocks: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { blocks.append([]) } else { blocks[blocks.count - 1].append(line) }
        }
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    }

    private func text(_ function: Function) -> String {
        let place = LinkedText.anchor(function)
        let title = function.expression.map { "\(function.owner): \($0)" } ?? function.qualifiedName
        var parts = ["<article id=\"\(place)\">", heading(3, title, place)]
        if function.expression == nil {
            let signature = linked.lua(function.signature, at: place)
            parts.append("<pre class=\"signature\"><code>\(signature)</code></pre>")
        }
        parts.append(paragraph(function.summary, place))
        if !function.details.isEmpty { parts.append(paragraph(function.details, place)) }
        let parameters = function.positional + function.options
        if !parameters.isEmpty {
            let head = ["Argument", "Type", "When left out", "Meaning"]
            parts.append(table(head, parameters.flatMap { rows($0, place) }, at: place))
        }
        for value in function.returns.values {
            let meaning = linked.prose(value.summary, at: place)
            parts.append("<p>Gives \(type(value.type, place)): \(meaning).</p>")
            let rows = words.fields(of: value.type).map {
                [code("." + $0.name), type($0.type, place), $0.summary]
            }
            if !rows.isEmpty { parts.append(table(["Field", "Type", "Meaning"], rows, at: place)) }
        }
        if !function.example.isEmpty {
            let example = linked.lua(function.example, at: place)
            parts.append("<pre class=\"example\"><code>\(example)</code></pre>")
        }
        return (parts + ["</article>"]).joined(separator: "\n")
    }

    /// An argument, and the fields of a table under it.
    private func rows(_ parameter: Parameter, _ place: String) -> [[String]] {
        let values = linked.prose(words.values(parameter), at: place)
        let absence =
            parameter.defaultValue.map { code("\($0)") }
            ?? (parameter.isRequired ? "an error" : "")
        return [[code(parameter.name), values, absence, parameter.summary]]
            + words.fields(of: parameter.type).map {
                [code("\(parameter.name).\($0.name)"), type($0.type, place), "", $0.summary]
            }
    }

    // MARK: Pieces

    private func heading(_ level: Int, _ title: String, _ anchor: String) -> String {
        "<h\(level)><a href=\"#\(anchor)\">\(LinkedText.escaped(title))</a></h\(level)>"
    }

    private func paragraph(_ text: String, _ place: String) -> String {
        "<p>\(linked.prose(text, at: place))</p>"
    }

    private func code(_ text: String) -> String { "<code>\(LinkedText.escaped(text))</code>" }

    private func type(_ type: LuaType, _ place: String) -> String {
        linked.prose(words.typeName(type), at: place)
    }

    /// A table whose cells are HTML, but for the last of each row, which is prose.
    private func table(_ head: [String], _ rows: [[String]], at place: String) -> String {
        let titles = head.map { "<th scope=\"col\">\($0)</th>" }.joined()
        let lines = rows.map { row in
            let cells = row.dropLast() + row.suffix(1).map { linked.prose($0, at: place) }
            return "<tr>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
        }
        return """
            <div class="table"><table>
            <thead><tr>\(titles)</tr></thead>
            <tbody>
            \(lines.joined(separator: "\n"))
            </tbody>
            </table></div>
            """
    }
}
