import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Reading safetensors")
struct SafetensorsReadTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func open(_ bytes: [UInt8]) throws -> SafetensorsFile {
        try SafetensorsFile(path: folder.file(bytes))
    }

    @Test("an empty file of 16 bytes has no tensors")
    func empty() throws {
        let file = try open(hex("08 00 00 00 00 00 00 00 7B 7D 20 20 20 20 20 20"))
        #expect(file.entries.isEmpty)
        #expect(file.metadata.isEmpty)
    }

    @Test("one tensor of two floats")
    func one() throws {
        let header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  "
        let bytes = safetensors(header, data: hex("00 00 80 3F 00 00 00 40"))
        #expect(bytes.count == 72)
        let file = try open(bytes)
        #expect(
            file.entries == [
                SafetensorsFile.Entry(name: "w", type: .float32, shape: [2], byteRange: 64..<72)
            ])
        #expect(try file.floats("w") == [1, 2])
        #expect(try file.bytes("w") == hex("00 00 80 3F 00 00 00 40"))
        #expect(try file.withUnsafeBytes("w") { Array($0) } == file.bytes("w"))
    }

    /// Written by the Python package safetensors 0.8.0.
    static let fromPython = safetensors(
        "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"I64\",\"shape\":[2,2],"
            + "\"data_offsets\":[0,32]},\"b.bias\":{\"dtype\":\"F32\",\"shape\":[1],"
            + "\"data_offsets\":[32,36]},\"s\":{\"dtype\":\"F32\",\"shape\":[],"
            + "\"data_offsets\":[36,40]},\"z\":{\"dtype\":\"F32\",\"shape\":[0,5],"
            + "\"data_offsets\":[40,40]},\"bf\":{\"dtype\":\"BF16\",\"shape\":[1],"
            + "\"data_offsets\":[40,42]},\"h/é\":{\"dtype\":\"F16\",\"shape\":[2],"
            + "\"data_offsets\":[42,46]},\"m\":{\"dtype\":\"BOOL\",\"shape\":[3],"
            + "\"data_offsets\":[46,49]}}  ",
        data: hex(
            """
            01 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00
            04 00 00 00 00 00 00 00 00 00 00 3F 00 00 E0 40 49 40 00 3E 00 C0 01 00 01
            """))

    @Test("what the Python package writes: every type by its value, rank 0, an empty tensor")
    func python() throws {
        let file = try open(Self.fromPython)
        #expect(Self.fromPython.count == 489)
        #expect(file.metadata == ["format": "pt"])
        #expect(file.entries.map(\.name) == ["a", "b.bias", "s", "z", "bf", "h/é", "m"])
        #expect(try file.floats("a") == [1, 2, 3, 4])
        #expect(try file.floats("b.bias") == [0.5])
        #expect(try file.floats("s") == [7])
        #expect(try file.entry("s").shape == [])
        #expect(try file.floats("z") == [])
        #expect(try file.entry("z").shape == [0, 5])
        #expect(try file.floats("bf") == [3.140625])
        #expect(try file.floats("h/é") == [1.5, -2])
        #expect(try file.floats("m") == [1, 0, 1])
    }

    @Test("a header that leaves the data unaligned, with space before it and unknown fields in it")
    func tolerated() throws {
        let header = " {\"w\":{\"dtype\":\"F32\",\"x\":{\"y\":{\"z\":1}},\"shape\":[1],"
        let bytes = safetensors(
            header + "\"data_offsets\":[0,4]}}", data: hex("00 00 80 3F"))
        #expect(bytes.count % 4 != 0)
        let file = try open(bytes)
        #expect(try file.floats("w") == [1])
        #expect(try file.withUnsafeBytes("w") { $0.load(as: Float.self) } == 1)
    }

    @Test("NaN and infinity come through")
    func notFinite() throws {
        let header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
        let file = try open(safetensors(header, data: hex("00 00 C0 7F 00 00 80 FF")))
        let values = try file.floats("w")
        #expect(values[0].isNaN)
        #expect(values[1] == -.infinity)
    }

    @Test("a misspelt name gets a suggestion")
    func misspelt() throws {
        let file = try open(Self.fromPython)
        let error = #expect(throws: FileFormatError.self) { try file.floats("b.bais") }
        #expect(error?.problem == .missingTensor("b.bais", nearest: "b.bias"))
        #expect(error?.description.contains("did you mean 'b.bias'?") == true)
    }

    @Test("a file that became shorter after it was opened is an error, not a crash")
    func cutShort() throws {
        let path = try folder.file(Self.fromPython)
        let file = try SafetensorsFile(path: path)
        #expect(truncate(path, 480) == 0)
        #expect(
            throws: FileFormatError(path, .wrongLength(expectedBytes: 489, fileBytes: 480))
        ) { try file.bytes("m") }
    }

    @Test("what is not a file of its own is refused")
    func notAFile() throws {
        #expect(throws: FileError("read", folder.path, code: EISDIR)) {
            try SafetensorsFile(path: folder.path)
        }
        #expect(throws: FileError("read", "\(folder.path)/none", code: ENOENT)) {
            try SafetensorsFile(path: "\(folder.path)/none")
        }
        let pipe = "\(folder.path)/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: FileError("read", pipe, code: EINVAL)) {
            try SafetensorsFile(path: pipe)
        }
    }

    // MARK: - One failing file for each promise of the format

    struct Failure: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let problem: FileFormatError.Problem
    }

    /// A file with tensors of these places, each of type F32 and shape [2].
    private static func placed(_ offsets: [(String, String)], bytes: Int) -> [UInt8] {
        let members = offsets.map {
            "\"\($0.0)\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":\($0.1)}"
        }
        return safetensors(
            "{\(members.joined(separator: ","))}", data: [UInt8](repeating: 0, count: bytes))
    }

    private static func described(
        _ fields: String, bytes: Int = 8
    ) -> [UInt8] {
        safetensors("{\"w\":{\(fields)}}", data: [UInt8](repeating: 0, count: bytes))
    }

    static let failures = [
        Failure(
            testDescription: "fewer than 8 bytes", bytes: [UInt8](repeating: 0, count: 7),
            problem: .tooShort(bytes: 7, needed: 8)),
        Failure(
            testDescription: "a header above the limit",
            bytes: safetensors([], length: 100_000_001),
            problem: .headerTooLarge(bytes: 100_000_001, limit: 100_000_000)),
        Failure(
            testDescription: "a header length that fills 64 bits",
            bytes: safetensors([], length: .max),
            problem: .headerTooLarge(bytes: .max, limit: 100_000_000)),
        Failure(
            testDescription: "a header past the end", bytes: safetensors([0x7B, 0x7D], length: 3),
            problem: .headerBeyondEnd(headerBytes: 3, fileBytes: 10)),
        Failure(
            testDescription: "a key that is not UTF-8",
            bytes: safetensors([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D]),
            problem: .headerNotUTF8),
        Failure(
            testDescription: "JSON cut short", bytes: safetensors("{\"w\":"),
            problem: .headerNotReadable("it is not valid JSON")),
        Failure(
            testDescription: "no header at all", bytes: safetensors(""),
            problem: .headerNotReadable("it is not a JSON object")),
        Failure(
            testDescription: "JSON that is no object", bytes: safetensors("[1]"),
            problem: .headerNotReadable("it is not a JSON object")),
        Failure(
            testDescription: "UTF-16", bytes: safetensors([0x7B, 0, 0x7D, 0]),
            problem: .headerNotReadable("it is not a JSON object")),
        Failure(
            testDescription: "offsets under their old name",
            bytes: described("\"dtype\":\"F32\",\"shape\":[2],\"offsets\":[0,8]"),
            problem: .headerField("w.data_offsets", expected: "a value")),
        Failure(
            testDescription: "no type", bytes: described("\"shape\":[2],\"data_offsets\":[0,8]"),
            problem: .headerField("w.dtype", expected: "a value")),
        Failure(
            testDescription: "one offset",
            bytes: described("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]"),
            problem: .headerField("w.data_offsets", expected: "two numbers")),
        Failure(
            testDescription: "metadata that is not text",
            bytes: safetensors("{\"__metadata__\":{\"a\":1}}"),
            problem: .headerField("__metadata__.a", expected: "a String")),
        Failure(
            testDescription: "a hole",
            bytes: placed([("a", "[0,8]"), ("b", "[12,20]")], bytes: 20),
            problem: .badOffsets(tensor: "b", start: 12, end: 20, expectedStart: 8)),
        Failure(
            testDescription: "an overlap",
            bytes: placed([("a", "[0,8]"), ("b", "[4,12]")], bytes: 12),
            problem: .badOffsets(tensor: "b", start: 4, end: 12, expectedStart: 8)),
        Failure(
            testDescription: "a first tensor that does not begin at 0",
            bytes: placed([("w", "[4,12]")], bytes: 12),
            problem: .badOffsets(tensor: "w", start: 4, end: 12, expectedStart: 0)),
        Failure(
            testDescription: "a negative start", bytes: placed([("w", "[-8,0]")], bytes: 8),
            problem: .badOffsets(tensor: "w", start: -8, end: 0, expectedStart: 0)),
        Failure(
            testDescription: "an end before the start",
            bytes: described("\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,0]"),
            problem: .badOffsets(tensor: "w", start: 8, end: 0, expectedStart: 0)),
        Failure(
            testDescription: "a shape for more bytes",
            bytes: described("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]"),
            problem: .sizeMismatch(tensor: "w", shape: [3], type: .float32, bytes: 8)),
        Failure(
            testDescription: "a shape whose product overflows",
            bytes: described(
                "\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]"),
            problem: .impossibleShape(tensor: "w", shape: [4_294_967_296, 4_294_967_296])),
        Failure(
            testDescription: "a shape whose size in bytes overflows",
            bytes: described(
                "\"dtype\":\"F64\",\"shape\":[1152921504606846976],\"data_offsets\":[0,8]"),
            problem: .impossibleShape(tensor: "w", shape: [1 << 60])),
        Failure(
            testDescription: "a negative dimension",
            bytes: described("\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]"),
            problem: .impossibleShape(tensor: "w", shape: [-1, -2])),
        Failure(
            testDescription: "one trailing byte", bytes: placed([("w", "[0,8]")], bytes: 9),
            problem: .wrongLength(expectedBytes: 70, fileBytes: 71)),
        Failure(
            testDescription: "one byte missing", bytes: placed([("w", "[0,8]")], bytes: 7),
            problem: .wrongLength(expectedBytes: 70, fileBytes: 69)),
        Failure(
            testDescription: "a tensor far past the end",
            bytes: described(
                "\"dtype\":\"U8\",\"shape\":[9223372036854775807],"
                    + "\"data_offsets\":[0,9223372036854775807]"),
            problem: .wrongLength(expectedBytes: .max, fileBytes: 105)),
        Failure(
            testDescription: "a name twice",
            bytes: placed([("w", "[0,8]"), ("w", "[0,8]")], bytes: 8),
            problem: .duplicateName(nil)),
        Failure(
            testDescription: "a name twice, once in escapes",
            bytes: placed([("w", "[0,8]"), ("\\u0077", "[0,8]")], bytes: 8),
            problem: .duplicateName(nil)),
        Failure(
            testDescription: "a field twice",
            bytes: described(
                "\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]"),
            problem: .duplicateName(nil)),
        Failure(
            testDescription: "a metadata key twice",
            bytes: safetensors("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"),
            problem: .duplicateName(nil)),
        Failure(
            testDescription: "a type of newer versions",
            bytes: described("\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]"),
            problem: .unsupportedType(tensor: "w", type: "C64")),
    ]

    @Test("refuses", arguments: failures)
    func refuses(_ failure: Failure) throws {
        let path = try folder.file(failure.bytes)
        let error = #expect(throws: FileFormatError.self) { try SafetensorsFile(path: path) }
        #expect(error == FileFormatError(path, failure.problem))
        #expect(error?.description.hasPrefix("'\(path)' ") == true)
    }

    @Test("colons, quotes and braces inside names do not look like names given twice")
    func punctuation() throws {
        let name = "a:\\\"{:}\\\\"
        let file = try open(Self.placed([(name, "[0,8]"), ("b", "[8,16]")], bytes: 16))
        #expect(file.entries.map(\.name) == ["a:\"{:}\\", "b"])
    }
}
