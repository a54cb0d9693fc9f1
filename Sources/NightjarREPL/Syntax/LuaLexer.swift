// Lua text cut into tokens, also when it is wrong or not finished.

/// A piece of Lua text that colouring, bracket matching and completion see as one.
struct LuaToken: Equatable {
    enum Kind {
        case name, keyword, number, string, comment, symbol
    }

    let kind: Kind
    /// Positions of its characters.
    let range: Range<Int>
    /// Whether a string or comment runs to the end of its line or of the text without being closed.
    var isOpen = false
}

/// Cuts Lua text into tokens; anything at all is cut into something.
struct LuaLexer {
    static let keywords: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]

    private let codes: [UInt8]
    private var position = 0

    private init(_ codes: [UInt8]) { self.codes = codes }

    /// The text with 0x80 for what is not ASCII: comparing characters is slow.
    static func codes(_ text: [Character]) -> [UInt8] { text.map { $0.asciiValue ?? 0x80 } }

    /// All tokens of a text, given by its codes, in order; white space is left out.
    static func tokens(_ codes: [UInt8]) -> [LuaToken] {
        var lexer = LuaLexer(codes)
        var tokens: [LuaToken] = []
        while let token = lexer.next() { tokens.append(token) }
        return tokens
    }

    /// The code at a distance from the position, 0 behind the end.
    private func code(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index < codes.count ? codes[index] : 0
    }

    private mutating func next() -> LuaToken? {
        while position < codes.count, Self.isSpace(code()) { position += 1 }
        guard position < codes.count else { return nil }
        let start = position
        switch code() {
        case _ where Self.startsName(code()):
            while Self.startsName(code()) || Self.isDigit(code()) { position += 1 }
            return LuaToken(kind: isKeyword(start) ? .keyword : .name, range: start..<position)
        case _ where Self.isDigit(code()) || (code() == Self.dot && Self.isDigit(code(1))):
            return number()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted()
        case UInt8(ascii: "-") where code(1) == UInt8(ascii: "-"): return comment()
        case UInt8(ascii: "["):
            if let level = longBracket(at: 0) { return long(.string, from: start, level: level) }
        default: break
        }
        position += symbolLength()
        return LuaToken(kind: .symbol, range: start..<position)
    }

    private mutating func number() -> LuaToken {
        let start = position
        let isHexadecimal = code() == UInt8(ascii: "0") && code(1) | 0x20 == UInt8(ascii: "x")
        let exponent = UInt8(ascii: isHexadecimal ? "p" : "e")
        if isHexadecimal { position += 2 }
        while Self.isDigit(code()) || Self.startsName(code()) || code() == Self.dot {
            let isExponent = code() | 0x20 == exponent
            position += 1
            if isExponent, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(code()) {
                position += 1
            }
        }
        return LuaToken(kind: .number, range: start..<position)
    }

    private mutating func quoted() -> LuaToken {
        let start = position
        let quote = code()
        position += 1
        while position < codes.count {
            switch code() {
            case quote:
                position += 1
                return LuaToken(kind: .string, range: start..<position)
            case UInt8(ascii: "\\"):
                let skipsSpace = code(1) == UInt8(ascii: "z")
                position = min(codes.count, position + 2)
                while skipsSpace, position < codes.count, Self.isSpace(code()) { position += 1 }
            case Self.newline: return LuaToken(kind: .string, range: start..<position, isOpen: true)
            default: position += 1
            }
        }
        return LuaToken(kind: .string, range: start..<position, isOpen: true)
    }

    private mutating func comment() -> LuaToken {
        let start = position
        if let level = longBracket(at: 2) {
            position += 2
            return long(.comment, from: start, level: level)
        }
        while position < codes.count, code() != Self.newline { position += 1 }
        return LuaToken(kind: .comment, range: start..<position, isOpen: true)
    }

    /// The number of `=` in the long bracket that opens at a distance, if one does.
    private func longBracket(at distance: Int) -> Int? {
        guard code(distance) == UInt8(ascii: "[") else { return nil }
        var level = 0
        while code(distance + 1 + level) == UInt8(ascii: "=") { level += 1 }
        return code(distance + 1 + level) == UInt8(ascii: "[") ? level : nil
    }

    /// What stands in long brackets, which open at the position.
    private mutating func long(_ kind: LuaToken.Kind, from start: Int, level: Int) -> LuaToken {
        position += level + 2
        while position < codes.count {
            if code() == UInt8(ascii: "]"), code(level + 1) == UInt8(ascii: "]"),
                (0..<level).allSatisfy({ code(1 + $0) == UInt8(ascii: "=") })
            {
                position += level + 2
                return LuaToken(kind: kind, range: start..<position)
            }
            position += 1
        }
        return LuaToken(kind: kind, range: start..<position, isOpen: true)
    }

    /// Whether the name that began at a position and ends here is a keyword.
    private func isKeyword(_ start: Int) -> Bool {
        position - start <= 8 && Self.keywordCodes.contains(Self.packed(codes[start..<position]))
    }

    /// The keywords, each as one number: making strings of all names takes longer than all the rest.
    private static let keywordCodes = Set(keywords.map { packed($0.utf8) })

    private static func packed(_ codes: some Sequence<UInt8>) -> UInt64 {
        codes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func symbolLength() -> Int {
        switch (code(), code(1)) {
        case (UInt8(ascii: "."), UInt8(ascii: ".")): code(2) == UInt8(ascii: ".") ? 3 : 2
        case (UInt8(ascii: "="), UInt8(ascii: "=")), (UInt8(ascii: "~"), UInt8(ascii: "=")),
            (UInt8(ascii: "<"), UInt8(ascii: "=")), (UInt8(ascii: ">"), UInt8(ascii: "=")),
            (UInt8(ascii: "/"), UInt8(ascii: "/")), (UInt8(ascii: ":"), UInt8(ascii: ":")),
            (UInt8(ascii: "<"), UInt8(ascii: "<")), (UInt8(ascii: ">"), UInt8(ascii: ">")):
            2
        default: 1
        }
    }

    private static let dot = UInt8(ascii: ".")
    private static let newline = UInt8(ascii: "\n")

    private static func isSpace(_ code: UInt8) -> Bool {
        code == 0x20 || (0x09...0x0D).contains(code)
    }

    private static func isDigit(_ code: UInt8) -> Bool { (0x30...0x39).contains(code) }

    private static func startsName(_ code: UInt8) -> Bool {
        (0x61...0x7A).contains(code | 0x20) || code == UInt8(ascii: "_")
    }
}
