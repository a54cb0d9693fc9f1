/// An HTML page as a strict reader sees it: every tag closed, every text escaped.
struct StrictHTML {
    /// What is wrong with a page.
    struct Fault: Error, Equatable, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    /// The values of the attributes of one name, in the order of the page.
    private(set) var attributes: [String: [String]] = [:]
    /// The names of the elements, in the order of the page.
    private(set) var elements: [String] = []
    private var open: [String] = []
    private var rest: Substring

    private static let empty: Set = ["meta", "input", "link", "img", "br", "hr"]
    /// Elements whose content is no markup.
    private static let raw: Set = ["style", "script"]

    init(_ page: String) throws(Fault) {
        rest = page[...]
        try skip("<!DOCTYPE html>\n")
        while !rest.isEmpty { try element() }
        if let last = open.last { throw Fault("<\(last)> is not closed") }
    }

    /// Reads text up to the next tag, and the tag.
    private mutating func element() throws(Fault) {
        let text = rest.prefix { $0 != "<" }
        try Self.check(text)
        rest = rest[text.endIndex...]
        guard !rest.isEmpty else { return }
        try skip("<")
        if rest.first == "/" {
            try skip("/")
            let name = self.name()
            guard open.popLast() == name else { throw Fault("</\(name)> closes another element") }
            try skip(">")
            return
        }
        let name = self.name()
        guard !name.isEmpty else { throw Fault("a < stands alone before '\(rest.prefix(20))'") }
        elements.append(name)
        try readAttributes(of: name)
        if Self.raw.contains(name) {
            guard let end = rest.firstRange(of: "</\(name)>") else {
                throw Fault("<\(name)> is not closed")
            }
            rest = rest[end.upperBound...]
        } else if !Self.empty.contains(name) {
            open.append(name)
        }
    }

    private mutating func readAttributes(of element: String) throws(Fault) {
        var seen: Set<String> = []
        while rest.first == " " {
            try skip(" ")
            let name = self.name()
            guard seen.insert(name).inserted else { throw Fault("<\(element)> has two \(name)") }
            guard rest.first == "=" else { continue }
            try skip("=\"")
            let value = rest.prefix { $0 != "\"" }
            guard !value.contains("<") else { throw Fault("a tag in \(name) of <\(element)>") }
            try Self.check(value)
            attributes[name, default: []].append(String(value))
            rest = rest[value.endIndex...]
            try skip("\"")
        }
        try skip(">")
    }

    private mutating func name() -> String {
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private mutating func skip(_ text: String) throws(Fault) {
        guard rest.hasPrefix(text) else {
            throw Fault("'\(text)' is missing before '\(rest.prefix(20))'")
        }
        rest = rest.dropFirst(text.count)
    }

    /// Each & must begin the name of a character, and a > must be one of those names.
    private static func check(_ text: Substring) throws(Fault) {
        if text.contains(">") { throw Fault("a > stands alone in '\(text.suffix(40))'") }
        for part in text.split(separator: "&", omittingEmptySubsequences: false).dropFirst() {
            guard ["amp;", "lt;", "gt;", "quot;"].contains(where: part.hasPrefix) else {
                throw Fault("a & stands alone before '\(part.prefix(20))'")
            }
        }
    }
}
