import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("A mapped tensor")
struct MappedTensorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func values(_ tensor: MappedTensor, _ range: Range<Int>) throws -> [Float] {
        try [Float](unsafeUninitializedCapacity: range.count) { buffer, filled in
            if let start = buffer.baseAddress { try tensor.read(range, into: start) }
            filled = range.count
        }
    }

    @Test("has the values that reading gives, of every type, at every byte, and in part")
    func values() throws {
        let file = try SafetensorsFile(path: folder.file(SafetensorsReadTests.fromPython))
        for entry in file.entries {
            let tensor = try file.mapped(entry.name)
            let expected = try file.floats(entry.name)
            #expect(tensor.shape == entry.shape)
            #expect(tensor.count == expected.count)
            #expect(try values(tensor, 0..<tensor.count) == expected, "\(entry.name)")
            let end = max(0, tensor.count - 1)
            #expect(try values(tensor, min(1, end)..<end) == Array(expected[min(1, end)..<end]))
        }
    }

    /// A file of one tensor that takes more than ten pages.
    private func large(_ type: ElementType, count: Int = 30_000) throws -> String {
        let header =
            "{\"w\":{\"dtype\":\"\(type.rawValue)\",\"shape\":[\(count)],"
            + "\"data_offsets\":[0,\(count * type.byteCount)]}}"
        return try folder.file(
            safetensors(header, data: [UInt8](repeating: 1, count: count * type.byteCount)))
    }

    @Test(
        "of a file that was cut short is an error, wherever the cut is, and a whole one is read then",
        arguments: [ElementType.float32, .bfloat16, .float16])
    func cutShort(type: ElementType) throws {
        let path = try large(type)
        let tensor = try SafetensorsFile(path: path).mapped("w")
        let whole = try values(tensor, 0..<tensor.count)
        let size = try #require(
            FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        // In its first page, in a later one, where a page begins, before its last byte.
        for length in [0, 100, 20_000, 8192, size - 1] {
            try #require(truncate(path, off_t(length)) == 0)
            #expect(
                throws: FileFormatError(
                    path, .wrongLength(expectedBytes: size, fileBytes: length))
            ) { try values(tensor, 0..<tensor.count) }
        }
        let again = try large(type)
        #expect(again == path)
        let mended = try SafetensorsFile(path: path).mapped("w")
        #expect(try values(mended, 0..<mended.count) == whole)
    }

    @Test("of a file that was cut short is an error in each of several threads")
    func threads() throws {
        let path = try large(.float32)
        let tensor = try SafetensorsFile(path: path).mapped("w")
        try #require(truncate(path, 0) == 0)
        for _ in 0..<20 {
            #expect(throws: FileFormatError.self) {
                try Workers.tryRun(16) { _ throws(any Error) in
                    _ = try values(tensor, 0..<tensor.count)
                }
            }
        }
    }
}
