// Whether the bytes of a checkpoint are those that were written.

import FoundationEssentials
import NightjarData
import NightjarRuntime
import NightjarTensor

/// SHA-256 of the record and of each tensor of a checkpoint.
///
/// One digest for each tensor lets a tensor be checked when it is read, without the others.
struct CheckpointDigests: Sendable, Equatable {
    /// Hexadecimal digits by name of tensor; those of the record under its own name.
    private let digits: [String: String]

    /// The name in the file's free text under which the digests stand.
    static let key = "nightjar.sha256"

    /// Digests of what is about to be written.
    ///
    /// - Throws: what a tensor's supply throws.
    init(record: String, _ tensors: [TensorSource]) throws {
        var digits = [CheckpointRecord.key: SHA256(record).hexadecimal]
        for tensor in tensors {
            var hash = SHA256()
            try tensor.supply { hash.update($0) }
            digits[tensor.name] = hash.hexadecimal
        }
        self.digits = digits
    }

    /// The digests that a file holds; `nil` when it holds none.
    ///
    /// - Throws: ``CheckpointError/badRecord(file:problem:)`` when they cannot be read.
    init?(of file: SafetensorsFile) throws(CheckpointError) {
        guard let text = file.metadata[Self.key] else { return nil }
        do {
            digits = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        } catch {
            throw .badRecord(file: file.path, problem: "its digests are not valid")
        }
    }

    /// The digests as text, always the same for the same digests.
    func text() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(digits), as: UTF8.self)
    }

    /// Refuses a record that is not the one that was written.
    func check(record: String, file: String) throws(CheckpointError) {
        guard digits[CheckpointRecord.key] == SHA256(record).hexadecimal
        else {
            throw .changed("its record", file: file)
        }
    }

    /// Refuses a tensor whose bytes are not those that were written.
    ///
    /// - Throws: ``CheckpointError/changed(_:file:)``, or what reading the file throws.
    func check(_ name: String, in file: SafetensorsFile) throws {
        let found = try file.withUnsafeBytes(name) { bytes in
            var hash = SHA256()
            hash.update(bytes)
            return hash.hexadecimal
        }
        guard digits[name] == found else {
            throw CheckpointError.changed("tensor '\(name)'", file: file.path)
        }
    }
}
