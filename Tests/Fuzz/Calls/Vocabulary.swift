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
