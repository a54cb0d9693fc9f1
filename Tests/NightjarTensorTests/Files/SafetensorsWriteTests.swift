import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Writing safetensors")
struct SafetensorsWriteTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = "\(folder.path)/w.safetensors"
    }

    @Test("no tensors give the 16 bytes of the Python package")
    func empty() throws {
        try SafetensorsFile.write([], to: path)
        #expect(
            try folder.contents("w.safetensors")
                == hex("08 00 00 00 00 00 00 00 7B 7D 20 20 20 20 20 20"))
    }

    @Test("two floats give the 72 bytes of the Python package")
    func one() throws {
        try SafetensorsFile.write([TensorSource("w", shape: [2], floats: [1, 2])], to: path)
        let header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  "
        #expect(
            try folder.contents("w.safetensors")
                == hex("38 00 00 00 00 00 00 00") + Array(header.utf8)
                + hex("00 00 80 3F 00 00 00 40"))
    }

    @Test("the order given does not matter, and the bytes are those of the Python package")
    func order() throws {
        let tensors = [
            TensorSource("m", .bool, shape: [3], bytes: [1, 0, 1]),
            TensorSource("s", shape: [], floats: [7]),
            TensorSource("h/é", .float16, shape: [2], bytes: hex("00 3E 00 C0")),
            TensorSource("z", shape: [0, 5], floats: []),
            TensorSource("bf", .bfloat16, shape: [1], bytes: hex("49 40")),
            TensorSource("b.bias", shape: [1], floats: [0.5]),
            TensorSource("a", .int64, shape: [2, 2]) { consume in
                for number in [1, 2, 3, 4] as [Int64] {
                    try withUnsafeBytes(of: number.littleEndian) { try consume($0) }
                }
            },
        ]
        for order in [tensors, tensors.reversed()] {
            try SafetensorsFile.write(order, metadata: ["format": "pt"], to: path)
            #expect(try folder.contents("w.safetensors") == SafetensorsReadTests.fromPython)
        }
    }

    @Test("names and free text come back as they were, whatever they contain")
    func roundTrip() throws {
        let name = "a \"b\" \\ :{} \u{0}\n\u{1F98A} / é"
        let metadata = ["seed": "1", "k:\"": "v\n", "": ""]
        let values: [Float] = [.pi, -0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        try SafetensorsFile.write(
            [TensorSource(name, shape: [2, 2], floats: values)], metadata: metadata, to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == metadata)
        #expect(try file.entry(name).shape == [2, 2])
        #expect(try file.floats(name).map(\.bitPattern) == values.map(\.bitPattern))
        #expect(file.entries[0].byteRange.lowerBound % 8 == 0)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let shapes: [(String, [Int])]
        let problem: FileFormatError.Problem
    }

    @Test(
        "refuses what no reader could read",
        arguments: [
            Refusal(
                testDescription: "a name twice", shapes: [("w", [1]), ("w", [1])],
                problem: .duplicateName("w")),
            Refusal(
                testDescription: "the name of the free text", shapes: [("__metadata__", [1])],
                problem: .reservedName("__metadata__")),
            Refusal(
                testDescription: "a shape for more bytes", shapes: [("w", [2])],
                problem: .sizeMismatch(tensor: "w", shape: [2], type: .float32, bytes: 4)),
            Refusal(
                testDescription: "a negative dimension", shapes: [("w", [-1])],
                problem: .impossibleShape(tensor: "w", shape: [-1])),
            Refusal(
                testDescription: "more bytes in all than can be counted",
                shapes: [("v", [1 << 60]), ("w", [1 << 60])],
                problem: .impossibleShape(tensor: "w", shape: [1 << 60])),
        ])
    func refuses(_ refusal: Refusal) throws {
        let old = try folder.file([1, 2, 3], named: "w.safetensors")
        let tensors = refusal.shapes.map { TensorSource($0.0, shape: $0.1, floats: [1]) }
        #expect(throws: FileFormatError(old, refusal.problem)) {
            try SafetensorsFile.write(tensors, to: old)
        }
        #expect(try folder.contents("w.safetensors") == [1, 2, 3])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["w.safetensors"])
    }
}
