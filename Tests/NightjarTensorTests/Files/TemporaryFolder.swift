import Foundation

/// A folder of its own for each test, removed with it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `bytes` to a file and returns its path.
    func file(_ bytes: [UInt8], named name: String = "file") throws -> String {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    func contents(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)")))
    }
}

/// The bytes that are written here as two hexadecimal digits each.
func hex(_ text: String) -> [UInt8] {
    text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
}

/// A safetensors file with this header text and this data.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
    safetensors(Array(header.utf8), data: data)
}

func safetensors(_ header: [UInt8], length: UInt64? = nil, data: [UInt8] = []) -> [UInt8] {
    let length = (length ?? UInt64(header.count)).littleEndian
    return withUnsafeBytes(of: length) { Array($0) } + header + data
}

/// A version 1.0 .npy file with this header text, unpadded, and this data.
func npy(_ header: String, version: [UInt8] = [1, 0], data: [UInt8] = []) -> [UInt8] {
    let count = header.utf8.count
    var length = [UInt8(count & 0xFF), UInt8(count >> 8 & 0xFF)]
    if version[0] != 1 { length += [UInt8(count >> 16 & 0xFF), UInt8(count >> 24 & 0xFF)] }
    return [0x93] + Array("NUMPY".utf8) + version + length + Array(header.utf8) + data
}
