// Telling whether a Lua function is still the same code.

import CLua

extension LuaFunction {
    /// A number that follows from the function's code alone, not from names, comments, its place in
    /// the text, or the values it captured; nothing for a function of the host.
    ///
    /// Equal code gives equal numbers with one version of Lua.
    public var fingerprint: UInt64? {
        let bytecode = try? reference.withStack { stack in
            var bytecode: [UInt8] = []
            let status = withUnsafeMutablePointer(to: &bytecode) { target in
                // Stripped of names; lua_dump calls no Lua code and raises no error.
                lua_dump(
                    stack.raw,
                    { _, bytes, count, target in
                        let source = UnsafeRawBufferPointer(start: bytes, count: count)
                        target?.assumingMemoryBound(to: [UInt8].self).pointee += source
                        return 0
                    }, target, 1)
            }
            return status == 0 ? bytecode : []
        }
        guard let bytecode, !bytecode.isEmpty else { return nil }
        var reader = BytecodeReader(bytecode)
        return reader.fingerprint()
    }
}

/// Reads bytecode of Lua 5.4 to hash all of it but the numbers of lines.
private struct BytecodeReader {
    private let bytes: [UInt8]
    private var position = 0
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Signature, version, formats and test values, then the number of captured variables.
    private static let headerLength = 32

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The hash (FNV-1a); nothing for bytes of another layout.
    mutating func fingerprint() -> UInt64? {
        guard take(Self.headerLength), function(depth: 0), position == bytes.count else {
            return nil
        }
        return hash
    }

    private mutating func function(depth: Int) -> Bool {
        guard depth < 200, string(), number(isHashed: false) != nil,
            number(isHashed: false) != nil, take(3)
        else { return false }
        return items { $0.take(4) } && items { $0.constant() } && items { $0.take(3) }
            && items { $0.function(depth: depth + 1) }
            // What is left of names and lines in a stripped function: four empty lists.
            && (0..<4).allSatisfy { _ in number() == 0 }
    }

    private mutating func constant() -> Bool {
        guard position < bytes.count else { return false }
        let type = Int32(bytes[position])
        guard take(1) else { return false }
        switch type & 0x0F {
        case LUA_TNUMBER: return take(8)
        case LUA_TSTRING: return string()
        default: return true
        }
    }

    private mutating func items(_ read: (inout BytecodeReader) -> Bool) -> Bool {
        guard let count = number() else { return false }
        for _ in 0..<count where !read(&self) { return false }
        return true
    }

    /// A length, one too large, and as many bytes; 0 for none.
    private mutating func string() -> Bool {
        guard let length = number() else { return false }
        return length == 0 || take(length - 1)
    }

    /// Seven bits a byte, the highest first; the last byte has its top bit set.
    private mutating func number(isHashed: Bool = true) -> Int? {
        var value = 0
        for _ in 0..<8 {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            if isHashed { add(byte) }
            position += 1
            value = value << 7 | Int(byte & 0x7F)
            if byte & 0x80 != 0 { return value }
        }
        return nil
    }

    private mutating func take(_ count: Int) -> Bool {
        guard count <= bytes.count - position else { return false }
        for byte in bytes[position..<position + count] { add(byte) }
        position += count
        return true
    }

    private mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
