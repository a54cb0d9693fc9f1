// Calls as Lua text.

import LuaHost
import NightjarRuntime

/// Writes calls whose arguments mostly fit their declarations, as Lua text.
struct CallWriter {
    /// How far arguments keep to what is declared.
    private enum Mood {
        /// They fit.
        case tame
        /// They fit, but may stand at the ends of their ranges or be of another type.
        case mixed
        /// They are anything.
        case wild
    }

    private let library: Library
    private let words: [String]
    private var random: RandomStream
    private var mood = Mood.tame
    /// Whether strings must not name files outside of the working folder.
    private let staysInside: Bool
    /// Words of the function that is called.
    private var ownWords: [String] = []
    /// How many objects of each class there are to call with.
    private(set) var counts: [String: Int] = [:]
    private var classes: [String] = []

    /// Creates a writer; `words` are what strings are likely to mean something.
    ///
    /// One that `staysInside` names no files outside of the working folder: not every level of the
    /// sandbox refuses them.
    init(_ library: Library, words: [String], staysInside: Bool, _ random: RandomStream) {
        self.library = library
        self.words = words
        self.staysInside = staysInside
        self.random = random
    }

    /// Notes that a call left an object of a class.
    mutating func noteObject(of name: String) {
        let count = counts[name, default: 0]
        if count == 0 { classes.append(name) }
        counts[name] = min(Prelude.mostOfClass, count + 1)
    }

    /// One statement that does something with a target and hands back how it went.
    mutating func statement(_ target: Target) -> String {
        let roll = random.uniform()
        mood = roll < 0.6 ? .tame : roll < 0.9 ? .mixed : .wild
        let slot = 1 + random.below(Prelude.mostOfClass)
        return "try(\(slot), function() return \(expression(target)) end)"
    }

    private mutating func expression(_ target: Target) -> String {
        switch target.kind {
        case .property(let name, let owner): return "\(receiver(owner)).\(name)"
        case .expression(let pattern, let owner):
            return pattern.split(separator: "$", omittingEmptySubsequences: false).enumerated()
                .map { index, part in
                    if index == 0 { return String(part) }
                    return (part.first == "o" ? receiver(owner) : anything()) + part.dropFirst()
                }.joined()
        case .function(let function): return call(function)
        case .found(let expression): return call(expression)
        }
    }

    // MARK: Calls

    private mutating func call(_ function: Function) -> String {
        ownWords = Vocabulary.literals(in: function.example + function.details)
        let arguments = self.arguments(of: function)
        guard function.isMethod else { return "\(function.qualifiedName)(\(arguments))" }
        guard function.name.hasPrefix("__") else {
            let separator = mood == .wild && chance(0.2) ? "." : ":"
            return "(\(receiver(function.owner)))\(separator)\(function.name)(\(arguments))"
        }
        return operation(function)
    }

    /// A call of which nothing is known.
    private mutating func call(_ expression: String) -> String {
        let arguments = (0..<random.below(5)).map { _ in
            switch random.below(10) {
            case 0, 1, 2: Vocabulary.quoted(pick(Vocabulary.standard) ?? "")
            case 3, 4: slips(0.5) ? anything() : "fn[\(1 + random.below(20))]"
            case 5, 6: integer(Limits())
            default: slips(0.3) ? anything() : sensible()
            }
        }
        let call = "\(expression)(\(arguments.joined(separator: ", ")))"
        // It makes a file in the system's folder for such, which nobody else would remove.
        return expression == "os.tmpname" ? "os.remove(\(call))" : call
    }

    /// An operator, written as a script writes it.
    private mutating func operation(_ function: Function) -> String {
        let object = receiver(function.owner)
        let operands = function.positional.map { value(of: $0.type) }
        if operands.count == 2, function.name != "__newindex",
            let symbol = Self.symbol(of: function)
        {
            // Either operand may be the object.
            let isFirst = chance(0.5)
            return "\(isFirst ? object : operands[0]) \(symbol) \(isFirst ? operands[1] : object)"
        }
        switch function.name {
        case "__unm": return "-\(object)"
        case "__len": return "#\(object)"
        case "__tostring": return "tostring(\(object))"
        case "__pairs": return "each(\(object))"
        case "__index": return "\(object)[\(operands.first ?? "nil")]"
        case "__newindex" where operands.count == 2:
            return "set(\(object), \(operands.joined(separator: ", ")))"
        default: return "\(object)(\(arguments(of: function)))"
        }
    }

    private static func symbol(of function: Function) -> Substring? {
        let parts = function.signature.split(separator: " ")
        return parts.count == 3 ? parts[1] : nil
    }

    private mutating func arguments(of function: Function) -> String {
        if mood == .wild, chance(0.5) {
            return (0..<random.below(5)).map { _ in anything() }.joined(separator: ", ")
        }
        var values: [String] = []
        for parameter in function.positional {
            let isGiven = parameter.isRequired ? !slips(0.1) : chance(0.6)
            values.append(isGiven ? value(of: parameter) : "nil")
        }
        var fields: [String] = []
        if slips(0.15), let first = function.positional.first {
            // By name what can also be given by position.
            fields.append("\(first.name) = \(value(of: first))")
            if chance(0.7) { values = [] }
        }
        for option in function.options where option.isRequired ? !slips(0.1) : isChosen(option) {
            if option.takesArrayPart, chance(0.5) {
                let list = elements(of: option.type)
                if !list.isEmpty { fields.append(list) }
            } else {
                fields.append("\(option.name) = \(value(of: option))")
            }
        }
        if slips(0.05) { fields.append("\(chance(0.5) ? "[1]" : "optoin") = \(anything())") }
        if !fields.isEmpty {
            if values.isEmpty || !chance(0.02) {
                values.append("{ \(fields.joined(separator: ", ")) }")
            }
        }
        while values.last == "nil" { values.removeLast() }
        return values.joined(separator: ", ")
    }

    /// Whether an option is given that need not be.
    ///
    /// Where the default means much work, mostly.
    private mutating func isChosen(_ option: Parameter) -> Bool {
        if case .integer(let value)? = option.defaultValue, value > 32 { return chance(0.97) }
        return chance(0.3)
    }

    private mutating func receiver(_ name: String) -> String {
        // A literal is no prefix of an index or a call.
        slips(0.1) ? "(\(anything()))" : object(name) ?? "(nil)"
    }

    // MARK: Values

    private mutating func value(of parameter: Parameter) -> String {
        if !slips(0.2), let known = parameter.defaultValue, chance(0.3) {
            if case .integer(let known) = known, known > 32 { return value(of: parameter.type) }
            return "\(known)"
        }
        return value(of: parameter.type)
    }

    private mutating func value(of type: LuaType) -> String {
        if slips(0.08) { return anything() }
        switch type {
        case .any: return sensible()
        case .boolean: return chance(0.5) ? "true" : "false"
        case .integer(let limits): return integer(limits)
        case .number(let limits, let allowsNaN): return number(limits, allowsNaN)
        case .string: return string()
        case .choice(let choices): return Vocabulary.quoted(pick(choices) ?? "")
        case .list(let element): return "{ \(elements(of: .list(element))) }"
        case .table(let fields):
            if fields.isEmpty { return table() }
            let given = fields.filter { _ in chance(0.6) }
            let texts = given.map { "\($0.name) = \(value(of: $0.type))" }
            return "{ \(texts.joined(separator: ", ")) }"
        case .function: return "fn[\(1 + random.below(slips(0.5) ? 20 : 8))]"
        case .object(let type): return object(library.className(type)) ?? "nil"
        case .either(let types):
            return types.isEmpty ? "nil" : value(of: types[random.below(types.count)])
        }
    }

    /// What stands between the braces of a list.
    private mutating func elements(of type: LuaType) -> String {
        guard case .list(let element) = type else { return value(of: type) }
        var count = slips(0.1) ? random.below(40) : random.below(5)
        if case .either = element, chance(0.5) { count = 1 }
        return (0..<count).map { _ in value(of: element) }.joined(separator: ", ")
    }

    /// A table for an argument whose fields are not declared.
    private mutating func table() -> String {
        switch random.below(8) {
        case 0: return "{}"
        case 1:
            return "{ "
                + (0..<3).map { _ in integer(Limits(low: 0, high: 4)) }.joined(separator: ", ")
                + " }"
        case 2: return "{ { 1, 2, 3 }, { 4, 5, 6 } }"
        case 3:
            let fields = (0...random.below(3)).map { _ in
                "[\(string())] = \(sensible())"
            }
            return "{ \(fields.joined(separator: ", ")) }"
        case 4:
            return "{ " + (0...random.below(3)).map { _ in sensible() }.joined(separator: ", ")
                + " }"
        case 5: return "{ items = 4, dim = 2, seed = 3 }"
        default:
            guard let name = pick(classes), let first = object(name), let second = object(name)
            else { return "{}" }
            return chance(0.5) ? "{ a = \(first), b = \(second) }" : "{ \(first), \(second) }"
        }
    }

    private mutating func integer(_ limits: Limits<Int>) -> String {
        if slips(0.15) {
            let ends = [limits.low, limits.high].compactMap { $0 }
            let near = ends.flatMap { [$0, $0 &- 1, $0 &+ 1] }
            let edges =
                near + [0, -1, 1, 31, 64, 65_536, 1 << 31, 1 << 53, 1 << 62, .max, .min, .min + 1]
            return Self.text(edges[random.below(edges.count)])
        }
        if slips(0.05) {
            return pick(["3.0", "2.5", "1e15", "1e300", "-0.0", "'2'", "0/0"]) ?? "0"
        }
        let low = max(limits.low ?? 0, limits.high.map { $0 &- 4 } ?? limits.low ?? 0)
        if limits.low == nil, chance(0.15) { return "-\(1 + random.below(3))" }
        let value = (limits.low ?? low) &+ random.below(4)
        return Self.text(limits.contains(value) ? value : low)
    }

    private mutating func number(_ limits: Limits<Double>, _ allowsNaN: Bool) -> String {
        if slips(0.2) {
            return pick([
                "0/0", "1/0", "-1/0", "1e308", "-1e308", "5e-324", "0.0", "-0.0", "1e-30", "3e38",
                "math.maxinteger", "math.mininteger", "2^53", "-1", "1 + 2^-52",
            ]) ?? "0"
        }
        let usual = [0, 1, 0.5, 0.1, 2, -1, 3.25, 1e-3, 10]
        let fitting = usual.filter { limits.contains($0) }
        guard
            let value = fitting.isEmpty
                ? limits.low ?? limits.high : fitting[random.below(fitting.count)]
        else { return "1" }
        return value == value.rounded() && chance(0.5) ? "\(Int(value))" : "\(value)"
    }

    private mutating func string() -> String {
        if slips(0.1) {
            let texts = staysInside ? Vocabulary.odd : Vocabulary.odd + Vocabulary.outside
            return pick(texts) ?? ""
        }
        if chance(0.4), let word = pick(ownWords) { return Vocabulary.quoted(word) }
        if chance(0.6), let word = pick(Vocabulary.made) { return Vocabulary.quoted(word) }
        return Vocabulary.quoted(pick(words) ?? "")
    }

    /// A value that means something to many functions.
    private mutating func sensible() -> String {
        switch random.below(8) {
        case 0, 1: return pick(classes).flatMap { object($0) } ?? "1"
        case 2: return integer(Limits())
        case 3: return number(Limits(), true)
        case 4: return string()
        case 5: return "{ 1, 2, 3 }"
        case 6: return object("nj.Tensor") ?? "{ 1 }"
        default: return pick(["true", "false", "{ { 1, 0 }, { 0, 1 } }", "fn[3]"]) ?? "1"
        }
    }

    /// Any value of any type.
    private mutating func anything() -> String {
        switch random.below(10) {
        case 0: return "odd[\(1 + random.below(Prelude.oddCount))]"
        case 1: return "fn[\(1 + random.below(20))]"
        case 2: return "nil"
        case 3: return "{ \(anything()), \(anything()) }"
        case 4: return "{ [\(string())] = \(anything()) }"
        case 5: return Self.text([.max, .min, 0, -1, 1 << 32][random.below(5)])
        default: return "(\(sensible()))"
        }
    }

    private mutating func object(_ name: String) -> String? {
        guard let count = counts[name] else { return nil }
        return "of['\(name)'][\(1 + random.below(count))]"
    }

    // MARK: Chances

    private mutating func chance(_ probability: Double) -> Bool { random.bernoulli(probability) }

    /// Whether something does not fit, which tame calls never have.
    private mutating func slips(_ probability: Double) -> Bool {
        switch mood {
        case .tame: false
        case .mixed: chance(probability)
        case .wild: chance(0.5)
        }
    }

    private mutating func pick(_ texts: [String]) -> String? {
        texts.isEmpty ? nil : texts[random.below(texts.count)]
    }

    /// The most negative integer has no literal.
    private static func text(_ value: Int) -> String {
        value == .min ? "math.mininteger" : "\(value)"
    }
}
