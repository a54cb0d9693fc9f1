// Strings that mean something to the library.

import LuaHost

/// Words that functions know: from their choices, defaults and examples, so new ones come by
/// themselves.
enum Vocabulary {
    /// Every word of a library, and the names of what the prelude makes.
    static func words(of library: Library) -> [String] {
        var words = made
        for function in library.functions {
            words += literals(in: function.example + " " + function.details)
            for parameter in function.positional + function.options {
                if case .string(let word)? = parameter.defaultValue { words.append(word) }
                words += choices(of: parameter.type)
            }
        }
        return Set(words).filter { !$0.contains("/") || made.contains($0) }.sorted()
    }

    /// What stands in the quotes of a Lua text.
    static func literals(in text: String) -> [String] {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 && $0 + 1 < parts.count }.map {
            String(parts[$0])
        }
        .filter { $0.count < 40 && !$0.contains("\n") }
    }

    /// A Lua literal.
    static func quoted(_ word: String) -> String {
        "\"" + word.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func choices(of type: LuaType) -> [String] {
        switch type {
        case .choice(let choices): choices
        case .either(let types): types.flatMap { choices(of: $0) }
        case .list(let element): choices(of: element)
        case .table(let fields): fields.flatMap { choices(of: $0.type) }
        default: []
        }
    }

    /// Lua texts of strings that mean trouble.
    static let odd = [
        #""""#, #""\0""#, #""a\0b""#, #""\xff\xfe""#, #""\u{10FFFF}""#, #""%s%n%d""#,
        #"("x"):rep(5000)"#, #"("a,"):rep(500)"#, #""\n""#, #"" ""#, #""-1""#,
        #""@999999999999999999999""#, #""ndcg@0""#,
    ]
    /// The same of strings that are paths out of the working folder.
    static let outside = [#""../x""#, #""/""#, #""run/../..""#, #""~/x""#]

    /// What functions of Lua's libraries understand: patterns, formats, modes, options, code.
    static let standard = [
        "%d+", "(%w+)=(%w*)", ".-", "^%s*(.-)%s*$", "%b()", "%f[%w]", "[^%]", "%", "(((", "()%1",
        "%5",
        "%5.3f", "%q", "%99.99s", "%c%i%x", "%a", "*a", "n", "l", "L", "r", "w", "a+", "r+b", "b",
        "t",
        "k", "count", "step", "stop", "restart", "incremental", "generational", "nSltufrL", ">f",
        "!%Y-%m-%d", "%E", "*t", "set", "cur", "end", "no", "full", "line", "#", "return 1",
        "error 'x'", "x =", "while true do end", "i4", "<!4i8z", "s1", "=I16", "j", "@on", "C",
        "e.txt",
        "math", "nightjar.test",
    ]

    /// Files, columns, tensors and so on of the prelude.
    static let made = [
        "a.npy", "b.safetensors", "c.json", "./d.csv", "new.npy", "new.safetensors", "new.json",
        "run",
        "run/last.safetensors", "run/epoch-0001.safetensors", "bag", "small", "1", "2",
        "Heat (1995)",
        "user", "item", "rating", "time", "mrr", "ndcg@2", "recall@10", "lstm.weight_hh",
        "output.bias", "embedding.weight", "items.weight", "items", "dim", "a",
    ]
}
