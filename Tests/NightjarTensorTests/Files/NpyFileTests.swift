import Testing

@testable import NightjarTensor

@Suite(".npy files")
struct NpyFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ bytes: [UInt8]) throws -> NpyFile {
        try NpyFile(path: folder.file(bytes))
    }

    /// A header of 118 bytes, as NumPy pads all short ones.
    private static func fromNumPy(_ text: String, _ data: [UInt8]) -> [UInt8] {
        let padding = String(repeating: " ", count: 117 - text.utf8.count)
        return npy(text + padding + "\n", data: data)
    }

    private static func little(_ values: [Float]) -> [UInt8] {
        values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    }

    // MARK: - Files that NumPy 2.4.6 writes

    static let matrix = fromNumPy(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
        little((0..<12).map(Float.init)))
    static let single = fromNumPy(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", hex("00 00 00 00 00 00 F8 3F"))
    static let integers = fromNumPy(
        "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }",
        hex("00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00"))

    @Test("the three arrays of known bytes are read")
    func read() throws {
        let matrix = try open(Self.matrix)
        #expect(Self.matrix.count == 176)
        #expect(Self.matrix.starts(with: hex("93 4E 55 4D 50 59 01 00 76 00")))
        #expect(matrix.shape == [3, 4])
        #expect(matrix.type == .float32)
        #expect(try matrix.floats() == (0..<12).map(Float.init))
        let single = try open(Self.single)
        #expect(Self.single.count == 136)
        #expect(single.shape == [])
        #expect(try single.floats() == [1.5])
        let integers = try open(Self.integers)
        #expect(Self.integers.count == 152)
        #expect(try integers.floats() == [0, 1, 2])
        #expect(try integers.bytes().count == 24)
    }

    @Test("the same three arrays are written with the same bytes")
    func write() throws {
        let path = "\(folder.path)/a.npy"
        try NpyFile.write(
            TensorSource("", shape: [3, 4], floats: (0..<12).map(Float.init)), to: path)
        #expect(try folder.contents("a.npy") == Self.matrix)
        try NpyFile.write(
            TensorSource("", .float64, shape: [], bytes: hex("00 00 00 00 00 00 F8 3F")), to: path)
        #expect(try folder.contents("a.npy") == Self.single)
        try NpyFile.write(
            TensorSource("", .int64, shape: [3], bytes: Array(Self.integers[128...])), to: path)
        #expect(try folder.contents("a.npy") == Self.integers)
        try NpyFile.write(TensorSource("", .bool, shape: [2], bytes: [1, 0]), to: path)
        #expect(
            try folder.contents("a.npy")
                == Self.fromNumPy(
                    "{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", [1, 0]))
    }

    @Test("an array with its first dimension fastest is turned round")
    func fortranOrder() throws {
        let cube = Self.fromNumPy(
            "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3, 4), }",
            hex("00 0C 04 10 08 14 01 0D 05 11 09 15 02 0E 06 12 0A 16 03 0F 07 13 0B 17"))
        #expect(try open(cube).bytes() == Array(0..<24))
        #expect(try open(cube).floats() == (0..<24).map(Float.init))
        let none = npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 0, 3)}")
        #expect(try open(none).floats() == [])
    }

    @Test("big-endian elements are turned round")
    func bigEndian() throws {
        let file = try open(
            Self.fromNumPy(
                "{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }",
                hex("00 01 00 02 FF FD")))
        #expect(try file.floats() == [1, 2, -3])
        #expect(try file.bytes() == hex("01 00 02 00 FD FF"))
        let matrix = try open(
            npy(
                "{'descr': '>f8', 'fortran_order': True, 'shape': (1, 2)}",
                data: hex("3F F8 00 00 00 00 00 00 C0 00 00 00 00 00 00 00")))
        #expect(try matrix.floats() == [1.5, -2])
    }

    @Test(
        "headers that older or other writers make are read",
        arguments: [
            npy("{'descr':'<f4','fortran_order':False,'shape':(1,)}", data: [0, 0, 0x80, 0x3F]),
            npy(
                "{\"shape\": (1L,), \"descr\": \"<f4\", \"fortran_order\": False}  \n",
                data: [0, 0, 0x80, 0x3F]),
            npy(
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1), }\n", version: [2, 0],
                data: [0, 0, 0x80, 0x3F]),
            npy(
                "{'descr': '<f4', 'fortran_order': False, 'shape': ( 1 ,1,), }\n", version: [3, 0],
                data: [0, 0, 0x80, 0x3F]),
        ])
    func tolerated(_ bytes: [UInt8]) throws {
        #expect(try open(bytes).floats() == [1])
    }

    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let problem: FileFormatError.Problem

        init(_ description: String, _ bytes: [UInt8], _ problem: FileFormatError.Problem) {
            testDescription = description
            self.bytes = bytes
            self.problem = problem
        }

        /// A file with this header, unpadded, and 4 bytes of data.
        init(_ description: String, header: String, _ problem: FileFormatError.Problem) {
            self.init(description, npy(header, data: [0, 0, 0, 0]), problem)
        }
    }

    static let failures = [
        Failure("9 bytes", Array(matrix[..<9]), .tooShort(bytes: 9, needed: 10)),
        Failure(
            "version 2 cut before its header's length ends", npy("", version: [2, 0]).dropLast(1),
            .tooShort(bytes: 11, needed: 12)),
        Failure(
            "another format", Array("PK\u{3}\u{4}, a zip file".utf8),
            .headerNotReadable("it does not begin as .npy files do")),
        Failure("version 4", npy("{}", version: [4, 0]), .unsupportedVersion("4.0")),
        Failure("version 1.1", npy("{}", version: [1, 1]), .unsupportedVersion("1.1")),
        Failure(
            "a header above the limit",
            [0x93] + Array("NUMPY".utf8) + [2, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            .headerTooLarge(bytes: 4_294_967_295, limit: 65_535)),
        Failure(
            "a header past the end", [0x93] + Array("NUMPY".utf8) + [1, 0, 1, 0],
            .headerBeyondEnd(headerBytes: 1, fileBytes: 10)),
        Failure(
            "an empty header", header: "",
            .headerNotReadable("'{' was expected at character 1")),
        Failure(
            "pickled objects",
            header: "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
            .unsupportedType(tensor: "array", type: "|O")),
        Failure(
            "a structured type",
            header: "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
            .unsupportedType(tensor: "array", type: "structured")),
        Failure(
            "a type without its byte order",
            header: "{'descr': '|f4', 'fortran_order': False, 'shape': (1,)}",
            .unsupportedType(tensor: "array", type: "|f4")),
        Failure(
            "complex numbers",
            header: "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
            .unsupportedType(tensor: "array", type: "<c8")),
        Failure(
            "a missing field", header: "{'descr': '<f4', 'shape': (1,)}",
            .headerField("fortran_order", expected: "True or False")),
        Failure(
            "an unknown field",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}",
            .headerNotReadable("it has the unknown field 'x'")),
        Failure(
            "a field twice", header: "{'descr': '<f4', 'descr': '<f4'}", .duplicateName("descr")),
        Failure(
            "an expression for a size",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (f(),)}",
            .headerNotReadable("a size was expected at character 52")),
        Failure(
            "a number in place of a tuple",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1)}",
            .headerNotReadable("a comma was expected at character 53")),
        Failure(
            "a negative size",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
            .headerNotReadable("a size was expected at character 52")),
        Failure(
            "a size above 64 bits",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            .headerNotReadable("a size was expected at character 52")),
        Failure(
            "a shape whose product overflows",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            .impossibleShape(tensor: "array", shape: [4_294_967_296, 4_294_967_296])),
        Failure(
            "text after the dictionary",
            header: "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
            .headerNotReadable("the end was expected at character 57")),
        Failure(
            "one byte missing", matrix.dropLast(1),
            .wrongLength(
                expectedBytes: 176, fileBytes: 175)),
        Failure("one byte more", matrix + [0], .wrongLength(expectedBytes: 176, fileBytes: 177)),
    ]

    @Test("refuses", arguments: failures)
    func refuses(_ failure: Failure) throws {
        let path = try folder.file(failure.bytes)
        #expect(throws: FileFormatError(path, failure.problem)) { try NpyFile(path: path) }
    }

    @Test("types that NumPy does not have are not written, nor shapes that do not fit")
    func refusesToWrite() throws {
        let path = "\(folder.path)/a.npy"
        #expect(throws: FileFormatError(path, .unsupportedType(tensor: "w", type: "BF16"))) {
            try NpyFile.write(TensorSource("w", .bfloat16, shape: [1], bytes: [0, 0]), to: path)
        }
        #expect(
            throws: FileFormatError(
                path, .sizeMismatch(tensor: "w", shape: [3], type: .float32, bytes: 8))
        ) { try NpyFile.write(TensorSource("w", shape: [3], floats: [1, 2]), to: path) }
    }
}
