// The header of a NumPy .npy file: found, parsed, and checked against the file's length.

/// What a .npy file says about its array.
///
/// Format: the bytes `\x93NUMPY`, two version bytes, the header's length, then a Python dictionary
/// with exactly `descr`, `fortran_order` and `shape`. It is parsed, never evaluated.
struct NpyHeader: Equatable {
    /// Longer headers belong to structured types, which are not read.
    static let sizeLimit = 65_535
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let type: ElementType
    let isBigEndian: Bool
    /// Whether the first dimension, not the last, runs fastest in the file.
    let isFortranOrder: Bool
    let shape: [Int]
    /// Where the elements begin in the file.
    let dataStart: Int

    init(of file: InputFile) throws {
        guard file.size >= 10 else {
            throw FileFormatError(file.path, .tooShort(bytes: file.size, needed: 10))
        }
        let start = try file.bytes(at: 0, count: min(12, file.size))
        let text = try FileFormatError.naming(file.path) { () throws(FileFormatError.Problem) in
            try Self.place(start, fileSize: file.size)
        }
        let header = try file.bytes(at: text.lowerBound, count: text.count)
        self = try FileFormatError.naming(file.path) { () throws(FileFormatError.Problem) in
            try Self(header, dataStart: text.upperBound, fileSize: file.size)
        }
    }

    private init(
        _ text: [UInt8], dataStart: Int, fileSize: Int
    ) throws(FileFormatError.Problem) {
        self.dataStart = dataStart
        var literal = PythonLiteral(text)
        let fields = try literal.arrayDescription()
        (type, isBigEndian) = try Self.elementType(fields.descr)
        isFortranOrder = fields.isFortranOrder
        shape = fields.shape
        guard let size = type.byteCount(of: shape) else {
            throw .impossibleShape(tensor: "array", shape: shape)
        }
        let (end, overflow) = dataStart.addingReportingOverflow(size)
        guard !overflow, end == fileSize else {
            throw .wrongLength(expectedBytes: overflow ? .max : end, fileBytes: fileSize)
        }
    }

    /// Where the header's text is, from the first bytes of the file.
    private static func place(
        _ start: [UInt8], fileSize: Int
    ) throws(FileFormatError.Problem) -> Range<Int> {
        guard Array(start[..<6]) == magic else {
            throw .headerNotReadable("it does not begin as .npy files do")
        }
        let (major, minor) = (start[6], start[7])
        guard (1...3).contains(major), minor == 0 else {
            throw .unsupportedVersion("\(major).\(minor)")
        }
        let lengthBytes = major == 1 ? 2 : 4
        let textStart = 8 + lengthBytes
        guard start.count >= textStart else {
            throw .tooShort(bytes: fileSize, needed: textStart)
        }
        let length = start[8..<textStart].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= sizeLimit else {
            throw .headerTooLarge(bytes: UInt64(length), limit: sizeLimit)
        }
        guard length <= fileSize - textStart else {
            throw .headerBeyondEnd(headerBytes: UInt64(length), fileBytes: fileSize)
        }
        return textStart..<textStart + length
    }

    /// The element type and byte order that a `descr` such as `<f4` stands for.
    private static func elementType(
        _ descr: String
    ) throws(FileFormatError.Problem) -> (ElementType, isBigEndian: Bool) {
        let order = descr.first
        guard let order, "<>|".contains(order), let type = npyTypes[String(descr.dropFirst())],
            order != "|" || type.byteCount == 1
        else { throw .unsupportedType(tensor: "array", type: descr) }
        return (type, order == ">")
    }

    /// NumPy's names for the types of elements, without the byte order.
    static let npyTypes: [String: ElementType] = [
        "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "f2": .float16,
        "u4": .uint32, "i4": .int32, "f4": .float32, "u8": .uint64, "i8": .int64, "f8": .float64,
    ]
}

/// A parser for the few Python literals that describe an array.
private struct PythonLiteral {
    private let text: [UInt8]
    private var position = 0

    init(_ text: [UInt8]) { self.text = text }

    /// Parses the whole text as a dictionary with the three fields, in any order.
    mutating func arrayDescription() throws(FileFormatError.Problem) -> (
        descr: String, isFortranOrder: Bool, shape: [Int]
    ) {
        var descr: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr" where descr == nil: descr = try typeDescription()
            case "fortran_order" where isFortranOrder == nil: isFortranOrder = try boolean()
            case "shape" where shape == nil: shape = try tuple()
            case "descr", "fortran_order", "shape": throw .duplicateName(key)
            default: throw .headerNotReadable("it has the unknown field '\(key)'")
            }
            if !take(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard position == text.count else { throw unexpected("the end") }
        guard let descr else { throw .headerField("descr", expected: "a type") }
        guard let isFortranOrder else {
            throw .headerField("fortran_order", expected: "True or False")
        }
        guard let shape else { throw .headerField("shape", expected: "a tuple") }
        return (descr, isFortranOrder, shape)
    }

    private mutating func typeDescription() throws(FileFormatError.Problem) -> String {
        // A list here describes the fields of a structured type.
        if take("[") { throw .unsupportedType(tensor: "array", type: "structured") }
        return try string()
    }

    private mutating func string() throws(FileFormatError.Problem) -> String {
        skipSpace()
        guard position < text.count,
            [UInt8(ascii: "'"), UInt8(ascii: "\"")].contains(text[position])
        else { throw unexpected("a string") }
        let quote = text[position]
        let rest = text[(position + 1)...]
        guard let end = rest.firstIndex(of: quote), !rest[..<end].contains(UInt8(ascii: "\\")),
            let value = String(validating: rest[..<end], as: UTF8.self)
        else { throw unexpected("a plain string") }
        position = end + 1
        return value
    }

    private mutating func boolean() throws(FileFormatError.Problem) -> Bool {
        if take("True") { return true }
        if take("False") { return false }
        throw unexpected("True or False")
    }

    private mutating func tuple() throws(FileFormatError.Problem) -> [Int] {
        var numbers: [Int] = []
        try expect("(")
        while !take(")") {
            numbers.append(try integer())
            if !take(",") {
                // Without its comma, (3) is a number in Python, not a tuple.
                guard numbers.count > 1 else { throw unexpected("a comma") }
                try expect(")")
                break
            }
        }
        return numbers
    }

    private mutating func integer() throws(FileFormatError.Problem) -> Int {
        skipSpace()
        let digits = text[position...].prefix { (0x30...0x39).contains($0) }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw unexpected("a size")
        }
        position = digits.endIndex
        // Python 2 wrote large sizes as 3L.
        if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }

    private mutating func expect(_ token: String) throws(FileFormatError.Problem) {
        guard take(token) else { throw unexpected("'\(token)'") }
    }

    private mutating func take(_ token: String) -> Bool {
        skipSpace()
        guard text[position...].starts(with: token.utf8) else { return false }
        position += token.utf8.count
        return true
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) {
            position += 1
        }
    }

    private func unexpected(_ wanted: String) -> FileFormatError.Problem {
        .headerNotReadable("\(wanted) was expected at character \(position + 1)")
    }
}
