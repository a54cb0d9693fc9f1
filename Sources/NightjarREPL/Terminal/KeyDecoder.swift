// From the bytes of a terminal to keys.

/// Decodes UTF-8, control characters, escape sequences and bracketed pastes.
///
/// Bytes may come in pieces of any size. An escape that nothing follows is a key of its own, which
/// only time can tell: ``flush()`` says that it is up.
struct KeyDecoder {
    /// What begins and ends text from the clipboard.
    private static let pasteEnd = Array("\u{1B}[201~".utf8)
    /// No sequence that a terminal sends is longer.
    private static let longestSequence = 32

    private var pending: [UInt8] = []
    /// The text of a paste that has not ended.
    private var pasted: [UInt8]?

    /// Whether an escape sequence or character has begun and not ended.
    var isWaiting: Bool { pasted == nil && !pending.isEmpty }

    /// The keys that are complete with these bytes.
    mutating func decode(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending.append(contentsOf: bytes)
        return keys(isOver: false)
    }

    /// The keys that are there if no more bytes come.
    mutating func flush() -> [Key] { keys(isOver: true) }

    private mutating func keys(isOver: Bool) -> [Key] {
        var keys: [Key] = []
        var text: [UInt8] = []
        var position = 0
        func take(_ key: Key) {
            if !text.isEmpty { keys.append(.text(String(decoding: text, as: UTF8.self))) }
            text = []
            keys.append(key)
        }
        while position < pending.count {
            if pasted != nil {
                position = takePaste(from: position, &keys)
                continue
            }
            let byte = pending[position]
            if byte >= 0x20, byte != 0x7F {
                guard let length = Self.characterLength(pending[position...], isOver) else { break }
                text += pending[position..<position + length]
                position += length
            } else if byte == 0x1B {
                guard let (key, length) = Self.escape(pending[position...], isOver) else { break }
                if let key {
                    take(key)
                } else {
                    if !text.isEmpty { keys.append(.text(String(decoding: text, as: UTF8.self))) }
                    text = []
                    pasted = []
                }
                position += length
            } else {
                take(Self.control(byte))
                position += 1
            }
        }
        if !text.isEmpty { keys.append(.text(String(decoding: text, as: UTF8.self))) }
        pending.removeFirst(min(position, pending.count))
        return keys
    }

    // MARK: Pastes

    /// Moves bytes into the paste that is open, up to its end; gives where to go on.
    private mutating func takePaste(from start: Int, _ keys: inout [Key]) -> Int {
        guard var content = pasted else { return start }
        // The end may have begun in an earlier piece.
        let searched = max(0, content.count - Self.pasteEnd.count)
        content += pending[start...]
        guard let end = Self.firstIndex(of: Self.pasteEnd, in: content, from: searched) else {
            pasted = content
            return pending.count
        }
        let consumed = end + Self.pasteEnd.count - (pasted?.count ?? 0)
        pasted = nil
        keys.append(.paste(Self.lines(content[..<end])))
        return start + consumed
    }

    private static func firstIndex(of part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count - part.count >= start else { return nil }
        for index in start...(bytes.count - part.count)
        where bytes[index] == part[0] && bytes[index...].starts(with: part) {
            return index
        }
        return nil
    }

    /// Text with one kind of line end.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == 0x0A, previous == 0x0D {
                // The carriage return before it became the line end.
            } else {
                result.append(byte == 0x0D ? 0x0A : byte)
            }
            previous = byte
        }
        return String(decoding: result, as: UTF8.self)
    }

    // MARK: Characters

    /// Bytes of the character at the beginning; nothing if some of them have not come yet.
    private static func characterLength(_ bytes: ArraySlice<UInt8>, _ isOver: Bool) -> Int? {
        guard let first = bytes.first else { return nil }
        let expected =
            switch first {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        let present = 1 + bytes.dropFirst().prefix(expected - 1).prefix { $0 & 0xC0 == 0x80 }.count
        // What follows is no continuation, so the character is broken and stays so.
        if present == expected || present < bytes.count || isOver { return present }
        return nil
    }

    private static func control(_ byte: UInt8) -> Key {
        switch byte {
        case 0x08, 0x7F: .backspace
        case 0x09: .tab
        case 0x0D: .enter
        case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
        default: .control(Character(Unicode.Scalar(byte + 0x40)))
        }
    }

    // MARK: Escape sequences

    /// The key of the sequence at the beginning and its length, no key for the beginning of a paste;
    /// nothing if the sequence has not ended.
    private static func escape(
        _ bytes: ArraySlice<UInt8>, _ isOver: Bool
    ) -> (key: Key?, length: Int)? {
        let sequence = Array(bytes.prefix(longestSequence))
        guard sequence.count > 1 else { return isOver ? (.escape, 1) : nil }
        switch sequence[1] {
        case UInt8(ascii: "["): return controlSequence(sequence, isOver)
        case UInt8(ascii: "O"):
            guard sequence.count > 2 else { return isOver ? (.meta("O"), 2) : nil }
            return (named(final: sequence[2], modifiers: 0), 3)
        case 0x0A, 0x0D: return (.metaEnter, 2)
        case 0x08, 0x7F: return (.metaBackspace, 2)
        case 0x1B:
            // Meta with an arrow sends an escape before the arrow's own sequence.
            guard sequence.count > 2, sequence[2] == UInt8(ascii: "[") else { return (.escape, 1) }
            guard let (key, length) = controlSequence(Array(sequence.dropFirst()), isOver)
            else { return nil }
            let moved: Key? = key == .left ? .wordLeft : key == .right ? .wordRight : key
            return (moved, length + 1)
        case 0..<0x20: return (.escape, 1)
        default:
            guard let length = characterLength(bytes.dropFirst(), isOver) else { return nil }
            let text = String(decoding: bytes.dropFirst().prefix(length), as: UTF8.self)
            return (text.first.map { .meta($0) } ?? .unknown, 1 + length)
        }
    }

    /// A sequence `ESC [ parameters final`.
    private static func controlSequence(
        _ sequence: [UInt8], _ isOver: Bool
    ) -> (key: Key?, length: Int)? {
        guard let end = sequence.dropFirst(2).firstIndex(where: { !(0x20...0x3F).contains($0) })
        else {
            return isOver || sequence.count >= longestSequence ? (.unknown, sequence.count) : nil
        }
        // A byte that no sequence contains ends it without belonging to it.
        guard (0x40...0x7E).contains(sequence[end]) else { return (.unknown, end) }
        let numbers = sequence[2..<end].split(separator: UInt8(ascii: ";")).map {
            Int(String(decoding: $0, as: UTF8.self)) ?? 0
        }
        let modifiers = (numbers.count > 1 ? numbers[1] : 1) - 1
        let final = sequence[end]
        if final == UInt8(ascii: "~") {
            let code = numbers.first ?? 0
            return (code == 200 ? nil : named(code: code, modifiers: modifiers), end + 1)
        }
        return (named(final: final, modifiers: modifiers), end + 1)
    }

    private static func named(final: UInt8, modifiers: Int) -> Key {
        let isWord = modifiers & 0b110 != 0
        return switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): isWord ? .wordRight : .right
        case UInt8(ascii: "D"): isWord ? .wordLeft : .left
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "M"): .enter
        case UInt8(ascii: "Z"): .backTab
        default: .unknown
        }
    }

    private static func named(code: Int, modifiers: Int) -> Key {
        switch code {
        case 1, 7: .home
        case 3: modifiers & 0b110 != 0 ? .wordDelete : .delete
        case 4, 8: .end
        case 5: .pageUp
        case 6: .pageDown
        default: .unknown
        }
    }
}
