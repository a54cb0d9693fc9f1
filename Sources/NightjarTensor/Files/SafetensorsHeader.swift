// The header of a safetensors file: found, decoded, and checked against the file's length.

import FoundationEssentials

/// What a safetensors file says about its tensors.
///
/// Format: 8 bytes with the header's length, the header (a JSON object: name → type, shape and
/// place), then the tensors. Every property that the format promises is checked, so that a reader
/// may trust `entries` without looking at the file again.
struct SafetensorsHeader {
    /// The format's own limit, in bytes.
    static let sizeLimit = 100_000_000
    /// The name under which free text is kept; no tensor can have it.
    static let metadataKey = "__metadata__"

    /// In the order of their places in the file.
    let entries: [SafetensorsFile.Entry]
    let metadata: [String: String]

    init(of file: InputFile) throws {
        guard file.size >= 8 else {
            throw FileFormatError(file.path, .tooShort(bytes: file.size, needed: 8))
        }
        let length = try UInt64(
            littleEndian: file.bytes(at: 0, count: 8).withUnsafeBytes { $0.load(as: UInt64.self) })
        guard length <= Self.sizeLimit else {
            throw FileFormatError(
                file.path, .headerTooLarge(bytes: length, limit: Self.sizeLimit))
        }
        let dataStart = 8 + Int(length)
        guard dataStart <= file.size else {
            throw FileFormatError(
                file.path, .headerBeyondEnd(headerBytes: length, fileBytes: file.size))
        }
        let text = try file.bytes(at: 8, count: Int(length))
        (entries, metadata) = try FileFormatError.naming(file.path) {
            () throws(FileFormatError.Problem) in
            let decoded = try Self.decode(text)
            return (
                try Self.place(decoded.tensors, from: dataStart, fileSize: file.size),
                decoded.metadata
            )
        }
    }

    /// Checks types and shapes, and that the tensors fill the file without hole or overlap.
    private static func place(
        _ tensors: [String: DecodedTensor], from dataStart: Int, fileSize: Int
    ) throws(FileFormatError.Problem) -> [SafetensorsFile.Entry] {
        var entries: [SafetensorsFile.Entry] = []
        var expectedStart = 0
        let byPlace = tensors.sorted {
            ($0.value.offsets[0], $0.value.offsets[1], $0.key)
                < ($1.value.offsets[0], $1.value.offsets[1], $1.key)
        }
        for (name, tensor) in byPlace {
            guard let type = ElementType(rawValue: tensor.type) else {
                throw .unsupportedType(tensor: name, type: tensor.type)
            }
            let (start, end) = (tensor.offsets[0], tensor.offsets[1])
            guard start == expectedStart, end >= start else {
                throw .badOffsets(
                    tensor: name, start: start, end: end, expectedStart: expectedStart)
            }
            guard let size = type.byteCount(of: tensor.shape) else {
                throw .impossibleShape(tensor: name, shape: tensor.shape)
            }
            guard size == end - start else {
                throw .sizeMismatch(
                    tensor: name, shape: tensor.shape, type: type, bytes: end - start)
            }
            guard end <= fileSize - dataStart else {
                throw .wrongLength(
                    expectedBytes: Int(clamping: UInt64(dataStart) + UInt64(end)),
                    fileBytes: fileSize)
            }
            entries.append(
                SafetensorsFile.Entry(
                    name: name, type: type, shape: tensor.shape,
                    byteRange: dataStart + start..<dataStart + end))
            expectedStart = end
        }
        guard dataStart + expectedStart == fileSize else {
            throw .wrongLength(expectedBytes: dataStart + expectedStart, fileBytes: fileSize)
        }
        return entries
    }
}

// MARK: - JSON

extension SafetensorsHeader {
    private static func decode(
        _ text: [UInt8]
    ) throws(FileFormatError.Problem) -> DecodedHeader {
        guard String(validating: text, as: UTF8.self) != nil else { throw .headerNotUTF8 }
        // The decoder would also take UTF-16 and a byte order mark; the format knows neither.
        let first = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        guard first == UInt8(ascii: "{"), !text.contains(0) else {
            throw .headerNotReadable("it is not a JSON object")
        }
        let header: DecodedHeader
        do {
            header = try JSONDecoder().decode(DecodedHeader.self, from: Data(text))
        } catch let error as DecodingError {
            throw problem(error)
        } catch let error as FileFormatError.Problem {
            throw error
        } catch {
            throw .headerNotReadable("\(error)")
        }
        guard header.keyCount == keyCount(text) else { throw .duplicateName(nil) }
        return header
    }

    /// The number of keys in the outer object and in the objects directly inside it.
    ///
    /// A JSON decoder keeps one of several equal keys and does not tell. But in text that it has
    /// accepted, every key is followed by exactly one colon outside of strings; so when this count
    /// is above the number of keys that were decoded, a key was there twice.
    private static func keyCount(_ text: [UInt8]) -> Int {
        var count = 0
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in text {
            if isEscaped {
                isEscaped = false
            } else if isInString {
                isEscaped = byte == UInt8(ascii: "\\")
                isInString = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): isInString = true
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}"): depth -= 1
                case UInt8(ascii: ":") where depth <= 2: count += 1
                default: break
                }
            }
        }
        return count
    }

    /// Names the place in the header that the decoder complained about.
    private static func problem(_ error: DecodingError) -> FileFormatError.Problem {
        switch error {
        case .keyNotFound(let key, let context):
            .headerField(
                (context.codingPath + [key]).map(\.stringValue).joined(separator: "."),
                expected: "a value")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            .headerField(
                context.codingPath.map(\.stringValue).joined(separator: "."),
                expected: "a \(type)")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            .headerNotReadable("it is not valid JSON")
        case .dataCorrupted(let context):
            .headerField(
                context.codingPath.map(\.stringValue).joined(separator: "."),
                expected: "a representable value")
        @unknown default:
            .headerNotReadable("it is not valid JSON")
        }
    }
}

/// The header as the JSON text has it, before any check of its numbers.
private struct DecodedHeader: Decodable {
    var tensors: [String: DecodedTensor] = [:]
    var metadata: [String: String] = [:]
    /// Keys seen in the outer object and in the objects directly inside it.
    var keyCount: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        keyCount = container.allKeys.count
        for key in container.allKeys {
            if key.stringValue == SafetensorsHeader.metadataKey {
                metadata = try container.decode([String: String].self, forKey: key)
                keyCount += metadata.count
            } else {
                let tensor = try container.decode(DecodedTensor.self, forKey: key)
                tensors[key.stringValue] = tensor
                keyCount += tensor.keyCount
            }
        }
    }
}

/// One member of the header.
private struct DecodedTensor: Decodable {
    let type: String
    let shape: [Int]
    /// Where the tensor begins and ends, from the end of the header; always two numbers.
    let offsets: [Int]
    /// Keys of this object, with those that the format does not know.
    let keyCount: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        keyCount = container.allKeys.count
        type = try container.decode(String.self, forKey: AnyKey("dtype"))
        shape = try container.decode([Int].self, forKey: AnyKey("shape"))
        offsets = try container.decode([Int].self, forKey: AnyKey("data_offsets"))
        guard offsets.count == 2 else {
            let path = (decoder.codingPath + [AnyKey("data_offsets")]).map(\.stringValue)
            throw FileFormatError.Problem.headerField(
                path.joined(separator: "."), expected: "two numbers")
        }
    }
}

/// A key of a JSON object, whatever it is.
private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}
