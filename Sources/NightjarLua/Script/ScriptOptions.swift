// The command line of a script.

import NightjarRuntime

/// What a script lets its user choose on the command line, each with a default.
public struct ScriptOptions: Sendable {
    /// A value of an option; the default's case is the option's type.
    public enum Value: Sendable, Equatable {
        /// `true` or `false`: a flag, which stands alone.
        case boolean(Bool)
        /// A whole number.
        case integer(Int)
        /// A number.
        case number(Double)
        /// Text.
        case string(String)
    }

    /// One option.
    public struct Option: Sendable {
        /// The name in Lua, where `_` stands for the `-` of the command line.
        public let name: String
        /// The value when left out.
        public let defaultValue: Value
        /// What it is, in a line.
        public let summary: String
        /// The only values allowed; empty when all of the type are.
        public let choices: [Value]

        /// Declares an option.
        public init(
            _ name: String, default defaultValue: Value, summary: String = "", choices: [Value] = []
        ) {
            self.name = name
            self.defaultValue = defaultValue
            self.summary = summary
            self.choices = choices
        }

        /// How the user writes it, such as `--min-history`.
        public var flag: String { "--" + name.map { $0 == "_" ? "-" : String($0) }.joined() }
    }

    /// What the command line asks for.
    public enum Request: Sendable, Equatable {
        /// The text about the options.
        case help
        /// A run with a value for each option, and with the arguments that belong to none.
        case run([String: Value], arguments: [String])
    }

    /// The options.
    public let options: [Option]
    /// What arguments without a name are, such as `FILE…`; nothing when the script takes none.
    public let arguments: String?

    /// Declares a script's options.
    public init(_ options: [Option], arguments: String? = nil) {
        self.options = options
        self.arguments = arguments
    }

    /// Reads a command line: `--name value`, `--name=value`, `--flag`, `--no-flag`, and `--` before
    /// arguments that only look like options.
    ///
    /// - Throws: ``UsageError`` for the first thing that does not fit.
    public func parse(_ words: [String]) throws(UsageError) -> Request {
        var values: [String: Value] = [:]
        for option in options { values[option.name] = option.defaultValue }
        var rest: [String] = []
        var words = words[...]
        while let word = words.popFirst() {
            if word == "--" {
                rest += words
                break
            }
            if word == "--help" || word == "-h" { return .help }
            guard word.hasPrefix("--") else {
                rest.append(word)
                continue
            }
            let (option, value) = try read(word, &words)
            values[option.name] = value
        }
        if arguments == nil, let first = rest.first {
            throw UsageError("unexpected argument '\(first)'")
        }
        return .run(values, arguments: rest)
    }

    /// Reads the option that `word` names, with the next word as its value where it needs one.
    private func read(
        _ word: String, _ words: inout ArraySlice<String>
    ) throws(UsageError) -> (Option, Value) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        // Users may write the name as Lua has it, too.
        let flag = parts[0].map { $0 == "_" ? "-" : String($0) }.joined()
        let inline = parts.count > 1 ? String(parts[1]) : nil
        if let option = options.first(where: { $0.flag == flag }) {
            if case .boolean = option.defaultValue, inline == nil {
                return (option, .boolean(true))
            }
            guard let text = inline ?? words.popFirst() else {
                throw UsageError("option '\(flag)' needs a value")
            }
            return (option, try option.value(of: text))
        }
        let negated = options.first { option in
            if case .boolean = option.defaultValue {
                flag == "--no-" + option.flag.dropFirst(2)
            } else {
                false
            }
        }
        if let negated, inline == nil { return (negated, .boolean(false)) }
        let hint = Suggestion.hint(for: flag, in: options.map(\.flag) + ["--help"])
        throw UsageError("unknown option '\(flag)'\(hint)")
    }
}

/// A command line that does not fit a script.
public struct UsageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What does not fit.
    public let problem: String

    /// Creates an error.
    public init(_ problem: String) { self.problem = problem }

    /// What does not fit, and where to look.
    public var description: String { "\(problem); --help lists what there is" }
}

extension ScriptOptions.Option {
    /// The value that a word on the command line stands for.
    fileprivate func value(of text: String) throws(UsageError) -> ScriptOptions.Value {
        guard let value = defaultValue.sameType(text) else {
            throw UsageError("option '\(flag)' needs \(defaultValue.kind), got '\(text)'")
        }
        guard choices.isEmpty || choices.contains(value) else {
            let allowed = choices.map { "'\($0)'" }.joined(separator: " or ")
            let hint = Suggestion.hint(for: text, in: choices.map(\.description))
            throw UsageError("option '\(flag)' must be \(allowed), got '\(text)'\(hint)")
        }
        return value
    }
}

extension ScriptOptions.Value: CustomStringConvertible {
    /// The value as the user writes it.
    public var description: String {
        switch self {
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): value
        }
    }

    /// The value of the same type that `text` stands for.
    fileprivate func sameType(_ text: String) -> Self? {
        switch self {
        case .boolean: Bool(text).map { .boolean($0) }
        case .integer: Int(text).map { .integer($0) }
        case .number: Double(text).flatMap { $0.isFinite ? .number($0) : nil }
        case .string: .string(text)
        }
    }

    /// The type in words.
    fileprivate var kind: String {
        switch self {
        case .boolean: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "text"
        }
    }

    /// What stands for a value in the usage text; nothing for a flag.
    var placeholder: String? {
        switch self {
        case .boolean: nil
        case .integer: "N"
        case .number: "X"
        case .string: "TEXT"
        }
    }
}
