// Tensors in a safetensors file, read by name.

import NightjarRuntime

/// A safetensors file, open for reading.
///
/// Opening reads and checks the header only; tensors are read when asked for.
///
/// Format: github.com/huggingface/safetensors.
public final class SafetensorsFile: Sendable {
    /// One tensor in the file.
    public struct Entry: Equatable, Sendable {
        /// Its name.
        public let name: String
        /// The type of its elements.
        public let type: ElementType
        /// Its dimensions, outermost first; empty for a single number.
        public let shape: [Int]
        /// Where its bytes are, from the start of the file.
        public let byteRange: Range<Int>
    }

    /// The path as the user gave it.
    public var path: String { file.path }
    /// All tensors in the order of their places in the file.
    public let entries: [Entry]
    /// Free text that the writer added.
    public let metadata: [String: String]

    private let file: InputFile
    private let positions: [String: Int]

    /// Opens the file at `path` and checks its header.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public init(path: String) throws {
        file = try InputFile(path)
        let header = try SafetensorsHeader(of: file)
        entries = header.entries
        metadata = header.metadata
        positions = Dictionary(
            uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// The tensor called `name`.
    ///
    /// - Throws: ``FileFormatError/Problem/missingTensor(_:nearest:)``.
    public func entry(_ name: String) throws(FileFormatError) -> Entry {
        guard let position = positions[name] else {
            let nearest = Suggestion.nearest(to: name, in: entries.lazy.map(\.name))
            throw FileFormatError(path, .missingTensor(name, nearest: nearest))
        }
        return entries[position]
    }

    /// The elements of the tensor called `name`, converted to floats.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public func floats(_ name: String) throws -> [Float] {
        let entry = try entry(name)
        return try [Float](reading: entry.type, from: file, at: entry.byteRange)
    }

    /// The bytes of the tensor called `name`: little-endian elements, last dimension fastest.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public func bytes(_ name: String) throws -> [UInt8] {
        let range = try entry(name).byteRange
        return try file.bytes(at: range.lowerBound, count: range.count)
    }

    /// The tensor called `name`, mapped rather than read.
    ///
    /// - Throws: ``FileFormatError`` or ``NightjarRuntime/FileError``.
    public func mapped(_ name: String) throws -> MappedTensor {
        try MappedTensor(file, entry(name))
    }

    /// Calls `body` with the bytes of the tensor called `name`, aligned for every type.
    ///
    /// - Throws: ``FileFormatError``, ``NightjarRuntime/FileError``, or what `body` throws.
    public func withUnsafeBytes<Result>(
        _ name: String, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        let range = try entry(name).byteRange
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: range.count, alignment: 64)
        defer { buffer.deallocate() }
        try file.read(into: buffer, at: range.lowerBound)
        return try body(UnsafeRawBufferPointer(buffer))
    }
}

extension [Float] {
    /// Reads the elements of one tensor; 32-bit floats go straight to their place.
    fileprivate init(reading type: ElementType, from file: InputFile, at range: Range<Int>) throws {
        let count = range.count / type.byteCount
        try self.init(unsafeUninitializedCapacity: count) { buffer, filled in
            let floats = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
            if type == .float32 {
                let target = UnsafeMutableRawBufferPointer(floats)
                try file.read(into: target, at: range.lowerBound)
                #if _endian(big)
                    type.decode(UnsafeRawBufferPointer(target), into: floats)
                #endif
            } else {
                let bytes = try file.bytes(at: range.lowerBound, count: range.count)
                bytes.withUnsafeBytes { type.decode($0, into: floats) }
            }
            filled = count
        }
    }
}
