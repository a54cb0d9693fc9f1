// One array in a NumPy .npy file.

import NightjarRuntime

/// A NumPy .npy file, open for reading.
///
/// Opening reads and checks the header only. Arrays of either byte order and either order of
/// dimensions are read; they come out little-endian, with the last dimension fastest.
///
/// Format: numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
public final class NpyFile: Sendable {
    /// The path as the user gave it.
    public var path: String { file.path }
    /// The type of the elements.
    public var type: ElementType { header.type }
    /// The dimensions, outermost first; empty for a single number.
    public var shape: [Int] { header.shape }

    private let file: InputFile
    private let header: NpyHeader

    /// Opens the file at `path` and checks its header.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public init(path: String) throws {
        file = try InputFile(path)
        header = try NpyHeader(of: file)
    }

    /// The elements, converted to floats.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public func floats() throws -> [Float] {
        let bytes = try bytes()
        let count = bytes.count / type.byteCount
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            let floats = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            bytes.withUnsafeBytes { type.decode($0, into: floats) }
            filled = count
        }
    }

    /// The bytes: little-endian elements, last dimension fastest.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public func bytes() throws -> [UInt8] {
        var bytes = try file.bytes(
            at: header.dataStart, count: file.size - header.dataStart)
        if header.isBigEndian { bytes.reverseEach(type.byteCount) }
        if header.isFortranOrder, shape.count > 1 {
            bytes = bytes.withLastDimensionFastest(shape, elementSize: type.byteCount)
        }
        return bytes
    }

    /// Writes `tensor` to the file at `path`, whole or not at all; its name is not kept.
    ///
    /// - Throws: ``FileFormatError``, ``NightjarRuntime/FileError``, or what the tensor's supply
    ///   throws; the old file stays then.
    public static func write(_ tensor: TensorSource, to path: String) throws {
        guard let name = NpyHeader.npyTypes.first(where: { $0.value == tensor.type })?.key else {
            throw FileFormatError(
                path, .unsupportedType(tensor: tensor.name, type: tensor.type.rawValue))
        }
        _ = try tensor.byteCount(in: path)
        let order = tensor.type.byteCount == 1 ? "|" : "<"
        let sizes = tensor.shape.map { "\($0)," }.joined(separator: " ")
        // A tuple ends in a comma only when it has one element.
        let shape = tensor.shape.count > 1 ? String(sizes.dropLast()) : sizes
        var text = "{'descr': '\(order)\(name)', 'fortran_order': False, 'shape': (\(shape)), }"
        let prefix = NpyHeader.magic.count + 4
        let unpadded = prefix + text.utf8.count + 1
        text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        guard let length = UInt16(exactly: text.utf8.count) else {
            throw FileFormatError(
                path,
                .headerTooLarge(bytes: UInt64(text.utf8.count), limit: NpyHeader.sizeLimit))
        }
        let start =
            NpyHeader.magic + [1, 0, UInt8(truncatingIfNeeded: length), UInt8(length >> 8)]
        try DurableFile.write(to: path) { file in
            try start.withUnsafeBytes { try file.append($0) }
            try file.append(text)
            try tensor.append(to: &file, path: path)
        }
    }
}

extension [UInt8] {
    /// Reverses the bytes of each element of `size` bytes.
    fileprivate mutating func reverseEach(_ size: Int) {
        for start in stride(from: 0, to: count, by: size) {
            self[start..<start + size].reverse()
        }
    }

    /// Reorders elements stored with the first dimension fastest.
    fileprivate func withLastDimensionFastest(_ shape: [Int], elementSize: Int) -> [UInt8] {
        guard !isEmpty else { return [] }
        var strides: [Int] = []
        var stride = elementSize
        for dimension in shape {
            strides.append(stride)
            stride *= dimension
        }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        var index = [Int](repeating: 0, count: shape.count)
        var source = 0
        while result.count < count {
            result += self[source..<source + elementSize]
            // Counts up like an odometer, the last dimension first.
            for axis in shape.indices.reversed() {
                index[axis] += 1
                source += strides[axis]
                if index[axis] < shape[axis] { break }
                index[axis] = 0
                source -= strides[axis] * shape[axis]
            }
        }
        return result
    }
}
