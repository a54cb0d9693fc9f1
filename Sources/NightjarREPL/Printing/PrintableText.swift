// Text as a terminal can show it without obeying it.

import LuaHost

/// Writes out what a terminal would act on: control characters, and marks that turn text around.
enum PrintableText {
    /// A string as Lua could read it again.
    static func quoted(_ bytes: some Collection<UInt8>) -> String {
        let bytes = Array(bytes)
        var text = "\""
        var position = 0
        while position < bytes.count {
            let rest = bytes[position...]
            guard let character = character(rest) else {
                text += escape(bytes[position], before: rest.dropFirst().first)
                position += 1
                continue
            }
            let length = character.utf8.count
            switch character {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            default:
                let scalar = character.unicodeScalars.first
                if length == 1, scalar.map(acts) == true {
                    text += escape(bytes[position], before: rest.dropFirst().first)
                } else {
                    text += visible(character)
                }
            }
            position += length
        }
        return text + "\""
    }

    /// Text of several lines with everything else that a terminal acts on written out.
    static func visible(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: acts) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if acts(scalar), scalar != "\n", scalar != "\t" {
                shown +=
                    scalar.isASCII
                    ? "\\\(scalar.value)" : "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The character in UTF-8 with which bytes begin, if they do.
    private static func character(_ bytes: ArraySlice<UInt8>) -> String? {
        let length =
            switch bytes.first ?? 0xFF {
            case ..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, bytes.count >= length else { return nil }
        return String(validating: bytes.prefix(length), as: UTF8.self)
    }

    /// A byte by its number, which a digit behind it must not become a part of.
    private static func escape(_ byte: UInt8, before next: UInt8?) -> String {
        let number = "\(byte)"
        let isFollowed = next.map { (0x30...0x39).contains($0) } ?? false
        return "\\" + (isFollowed ? String(repeating: "0", count: 3 - number.count) : "") + number
    }

    /// Whether a terminal does something else with a character than to draw it.
    private static func acts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x20, 0x7F..<0xA0: true  // control characters
        case 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true  // directions, line ends
        default: false
        }
    }
}
