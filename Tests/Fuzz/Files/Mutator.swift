// Damage to files.

import NightjarRuntime

/// Makes damaged files from whole ones.
struct Mutator {
    /// Where a file says how long its header is, so that a damaged header can be told as whole.
    struct HeaderLength: Sendable {
        /// The place of the length, a little-endian number right before the header.
        let offset: Int
        /// Its bytes.
        let size: Int
    }

    private let header: HeaderLength?
    private let seeds: [[UInt8]]
    private let tokens: [[UInt8]]
    private var random: RandomStream
    /// Larger files say nothing new.
    private let mostBytes = 1 << 13

    /// Creates a mutator; `tokens` are texts that mean something to the reader.
    init(
        _ seeds: [[UInt8]], tokens: [String], header: HeaderLength? = nil, _ random: RandomStream
    ) {
        self.seeds = seeds
        self.header = header
        self.tokens = tokens.map { Array($0.utf8) }
        self.random = random
    }

    /// The next damaged file; now and then a whole one.
    mutating func next() -> [UInt8] {
        guard !seeds.isEmpty else { return [] }
        var bytes = seeds[random.below(seeds.count)]
        if random.bernoulli(0.02) { return bytes }
        if let header, random.bernoulli(0.7) {
            damageHeader(header, of: &bytes)
        } else {
            for _ in 0...random.below(4) { damage(&bytes) }
        }
        return Array(bytes.prefix(mostBytes))
    }

    /// Damages the header only, and sets the length right.
    private mutating func damageHeader(_ place: HeaderLength, of bytes: inout [UInt8]) {
        let start = place.offset + place.size
        guard bytes.count >= start else { return }
        let length = bytes[place.offset..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        let end = min(bytes.count, start + length)
        var header = Array(bytes[start..<end])
        for _ in 0...random.below(2) { damage(&header) }
        bytes.replaceSubrange(start..<end, with: header)
        for byte in 0..<place.size {
            bytes[place.offset + byte] = UInt8(truncatingIfNeeded: header.count >> (8 * byte))
        }
    }

    private mutating func damage(_ bytes: inout [UInt8]) {
        let place = position(in: bytes)
        switch random.below(12) {
        case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1 where place < bytes.count: bytes[place] = UInt8(random.below(256))
        case 2: bytes.insert(UInt8(random.below(256)), at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(16)))
        case 4: bytes.removeSubrange(place...)
        case 5:
            let part = bytes[place..<min(bytes.count, place + 1 + random.below(64))]
            bytes.insert(contentsOf: part, at: position(in: bytes))
        case 6:
            // The end of another file, or of the same.
            let other = seeds[random.below(seeds.count)]
            bytes.replaceSubrange(place..., with: other[position(in: other)...])
        case 7, 8: replaceNumber(in: &bytes, from: place)
        case 9: overwriteWord(in: &bytes, at: place)
        default:
            guard !tokens.isEmpty else { return }
            let token = tokens[random.below(tokens.count)]
            let end = random.bernoulli(0.5) ? place : min(bytes.count, place + token.count)
            bytes.replaceSubrange(place..<end, with: token)
        }
    }

    /// A position, mostly in the first part, where headers are.
    private mutating func position(in bytes: [UInt8]) -> Int {
        random.below(1 + (random.bernoulli(0.3) ? bytes.count : min(bytes.count, 256)))
    }

    /// Puts another number in the place of the next one that is written in digits.
    private mutating func replaceNumber(in bytes: inout [UInt8], from place: Int) {
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
        let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
        let text = Self.numbers[random.below(Self.numbers.count)]
        bytes.replaceSubrange(start..<end, with: Array(text.utf8))
    }

    /// Overwrites a length of a binary header.
    private mutating func overwriteWord(in bytes: inout [UInt8], at place: Int) {
        let size = [2, 4, 8][random.below(3)]
        let start = random.bernoulli(0.5) ? 0 : place
        guard start + size <= bytes.count else { return }
        let value = Self.words[random.below(Self.words.count)]
        for offset in 0..<size {
            bytes[start + offset] = UInt8(truncatingIfNeeded: value >> (8 * offset))
        }
    }

    private static let numbers = [
        "0", "-1", "1", "2", "3", "255", "65536", "2147483647", "2147483648", "4294967296",
        "1099511627776", "9007199254740993", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "-9223372036854775808", "99999999999999999999999", "1e308", "1e400",
        "1e-400", "0.5", "00", "NaN", "Infinity", "-0", "0x10", "1e", "1.", ".5",
    ]

    private static let words: [Int] = [
        0, 1, -1, 7, 8, 255, 256, 65_535, 1 << 20, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40,
        1 << 62,
        .max, .min,
    ]
}
