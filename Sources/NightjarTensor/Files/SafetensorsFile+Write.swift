// Writing safetensors files.

import FoundationEssentials
import NightjarRuntime

/// A tensor to be written to a file.
public struct TensorSource {
    /// Gives the bytes to a consumer, such as the file.
    public typealias Supply = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// Its name.
    public let name: String
    /// The type of its elements.
    public let type: ElementType
    /// Its dimensions, outermost first.
    public let shape: [Int]
    /// Gives the bytes, the same ones each time.
    package let supply: Supply

    /// Describes a tensor whose bytes `supply` gives, in one piece or several, when it is written.
    ///
    /// The bytes are little-endian elements with the last dimension fastest.
    public init(_ name: String, _ type: ElementType, shape: [Int], supply: @escaping Supply) {
        self.name = name
        self.type = type
        self.shape = shape
        self.supply = supply
    }

    /// Describes a tensor of these bytes: little-endian elements with the last dimension fastest.
    public init(_ name: String, _ type: ElementType, shape: [Int], bytes: [UInt8]) {
        self.init(name, type, shape: shape) { consume in
            try bytes.withUnsafeBytes { try consume($0) }
        }
    }

    /// Describes a tensor of 32-bit floats, the last dimension fastest.
    public init(_ name: String, shape: [Int], floats: [Float]) {
        self.init(name, .float32, shape: shape) { consume in
            #if _endian(little)
                try floats.withUnsafeBytes { try consume($0) }
            #else
                try floats.map(\.bitPattern.littleEndian).withUnsafeBytes { try consume($0) }
            #endif
        }
    }

    /// Its size in bytes.
    ///
    /// - Throws: ``FileFormatError/Problem/impossibleShape(tensor:shape:)``.
    func byteCount(in path: String) throws(FileFormatError) -> Int {
        guard let size = type.byteCount(of: shape) else {
            throw FileFormatError(path, .impossibleShape(tensor: name, shape: shape))
        }
        return size
    }

    /// Appends the bytes to `file` and checks that they are as many as type and shape ask for.
    func append(to file: inout DurableFile, path: String) throws {
        let expected = try byteCount(in: path)
        var written = 0
        try supply { bytes in
            written += bytes.count
            try file.append(bytes)
        }
        guard written == expected else {
            throw FileFormatError(
                path, .sizeMismatch(tensor: name, shape: shape, type: type, bytes: written))
        }
    }
}

extension SafetensorsFile {
    /// Writes `tensors` and free text to the file at `path`, whole or not at all.
    ///
    /// The same tensors give the same bytes, in whatever order they come: wider types first, so
    /// that every tensor is aligned, then by name.
    ///
    /// - Throws: ``FileFormatError``, ``NightjarRuntime/FileError``, or what a tensor's supply
    ///   throws; the old file stays then.
    public static func write(
        _ tensors: [TensorSource], metadata: [String: String] = [:], to path: String
    ) throws {
        let ranks = Dictionary(
            uniqueKeysWithValues: ElementType.allCases.enumerated().map { ($1, $0) })
        let ordered = tensors.sorted { left, right in
            let (leftRank, rightRank) = (ranks[left.type] ?? 0, ranks[right.type] ?? 0)
            if leftRank != rightRank { return leftRank > rightRank }
            return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
        }
        let header = try header(of: ordered, metadata: metadata, path: path)
        try DurableFile.write(to: path) { file in
            let length = UInt64(header.count).littleEndian
            try Swift.withUnsafeBytes(of: length) { try file.append($0) }
            try header.withUnsafeBytes { try file.append($0) }
            for tensor in ordered { try tensor.append(to: &file, path: path) }
        }
    }

    /// The header as JSON text, padded with spaces so that the first tensor is aligned.
    private static func header(
        of tensors: [TensorSource], metadata: [String: String], path: String
    ) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var members: [Data] = []
        if !metadata.isEmpty {
            members.append(
                Data("\"\(SafetensorsHeader.metadataKey)\":".utf8) + (try encoder.encode(metadata)))
        }
        var names: Set<String> = []
        var end = 0
        for tensor in tensors {
            guard tensor.name != SafetensorsHeader.metadataKey else {
                throw FileFormatError(path, .reservedName(tensor.name))
            }
            guard names.insert(tensor.name).inserted else {
                throw FileFormatError(path, .duplicateName(tensor.name))
            }
            let start = end
            let (sum, overflow) = start.addingReportingOverflow(try tensor.byteCount(in: path))
            if overflow {
                throw FileFormatError(
                    path, .impossibleShape(tensor: tensor.name, shape: tensor.shape))
            }
            end = sum
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            let place = "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]"
            members.append(
                try encoder.encode(tensor.name)
                    + Data(":{\"dtype\":\"\(tensor.type.rawValue)\",\(place)}".utf8))
        }
        var header = Data("{".utf8) + members.joined(separator: Data(",".utf8)) + Data("}".utf8)
        header.append(contentsOf: repeatElement(0x20, count: (8 - header.count % 8) % 8))
        guard header.count <= SafetensorsHeader.sizeLimit else {
            throw FileFormatError(
                path,
                .headerTooLarge(bytes: UInt64(header.count), limit: SafetensorsHeader.sizeLimit))
        }
        return header
    }
}
