// Texts of declarations as HTML.

import LuaHost

/// Writes texts for a page on which everything declared has an anchor.
///
/// Names of what is declared become links to it, in prose as well as in code.
struct LinkedText {
    private let anchors: Set<String>

    init(_ library: Library) {
        let functions = library.functions.map(Self.anchor)
        anchors = Set(library.modules.map(\.name) + library.classes.map(\.name) + functions)
    }

    /// The anchor of a function; a module's own call has one beside that of the module.
    static func anchor(_ function: Function) -> String {
        function.owner + (function.isMethod ? ":" : ".") + function.name
    }

    /// Text in which nothing is markup.
    static func escaped(_ text: some StringProtocol) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
    }

    /// Prose with its links; `place` is the anchor under which it stands, to which none leads.
    func prose(_ text: some StringProtocol, at place: String) -> String {
        var html = ""
        var rest = Substring(text)
        while let start = rest.firstIndex(where: Self.isPartOfName) {
            html += Self.escaped(rest[..<start])
            var name = rest[start...].prefix(while: Self.isPartOfName)
            rest = rest[name.endIndex...]
            // A full stop or a colon behind a name belongs to the sentence.
            let end = name.lastIndex { $0 != "." && $0 != ":" }.map(name.index(after:))
            let mark = name[(end ?? name.startIndex)...]
            name = name[..<mark.startIndex]
            html += link(String(name), at: place) + mark
        }
        return html + Self.escaped(rest)
    }

    private func link(_ name: String, at place: String) -> String {
        // The name of the outermost module is in every text and says nothing.
        guard name.contains("."), name != place, anchors.contains(name) else { return name }
        return "<a href=\"#\(name)\">\(name)</a>"
    }

    private static func isPartOfName(_ character: Character) -> Bool {
        guard let code = character.asciiValue else { return false }
        return (0x61...0x7A).contains(code | 0x20) || (0x30...0x3A).contains(code)
            || code == UInt8(ascii: "_") || code == UInt8(ascii: ".")
    }

    /// Lua in the colours of the prompt, with links.
    func lua(_ code: String, at place: String) -> String {
        let text = Array(code)
        let styles = Highlighter.styles(LexedForm(text), cursor: -1)
        var html = ""
        var start = 0
        while start < text.count {
            let style = styles[start]
            let end = styles[start...].firstIndex { $0 != style } ?? text.count
            let part = prose(String(text[start..<end]), at: place)
            html += style == .plain ? part : "<span class=\"\(style)\">\(part)</span>"
            start = end
        }
        return html
    }
}
