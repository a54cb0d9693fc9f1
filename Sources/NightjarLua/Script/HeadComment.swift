// What a Lua file says of itself.

import FoundationEssentials

/// The comment with which a Lua file begins.
public enum HeadComment {
    /// The lines `--- …` at the top of a file, without their dashes; empty for a file that cannot be
    /// read.
    public static func of(_ path: String) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return "" }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("---") }
            .map { $0.dropFirst($0.hasPrefix("--- ") ? 4 : 3) }.joined(separator: "\n")
    }
}
