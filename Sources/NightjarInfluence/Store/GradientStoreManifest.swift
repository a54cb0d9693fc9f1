// What a gradient store says of itself.

import FoundationEssentials
import NightjarData
import NightjarRuntime

/// What the gradients of a store were computed from.
struct GradientStoreManifest: Codable, Equatable, Sendable {
    /// A checkpoint.
    struct Moment: Codable, Equatable, Sendable {
        let name: String
        let digest: String
        let learningRate: Double
    }

    /// Version of the layout on disk.
    let version: Int
    /// Examples and the digest of all that a model reads of them.
    let examples: Int
    let train: String
    let parameters: String
    let projection: GradientProjection
    let precision: GradientStore.Precision
    let shard: Int
    let moments: [Moment]

    static let name = "store.json"

    /// SHA-256 of everything that decides the numbers of the store at a checkpoint.
    ///
    /// Neither names nor learning rates do: a checkpoint's file may be moved. Its place in the list
    /// does, as it decides the projection.
    func digest(of checkpoint: Int) -> String {
        let parts = [
            "nightjar gradient store \(version)", train, parameters,
            "\(projection.ofCheckpoint(checkpoint))",
            precision.rawValue, "\(shard)", moments[checkpoint].digest,
        ]
        return SHA256(parts.joined(separator: "\n")).hexadecimal
    }

}

extension GradientStoreManifest {
    /// Reads the manifest of a folder; `nil` when there is none.
    ///
    /// - Throws: ``GradientStoreError/damaged(folder:problem:)``, or `FileError`.
    init?(folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let data = try Data(contentsOf: URL(filePath: path))
            self = try JSONDecoder().decode(Self.self, from: data)
        } catch {
            throw GradientStoreError.damaged(
                folder: folder, problem: "\(Self.name) is not what a store writes")
        }
    }

    /// Writes it into a folder, whole or not at all.
    func write(to folder: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        let text = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        try DurableFile.write(to: "\(folder)/\(Self.name)") { try $0.append(text) }
    }

    /// Refuses a store that was made of something else.
    ///
    /// - Throws: ``GradientStoreError/other(folder:what:found:asked:)``.
    func check(against asked: GradientStoreManifest, folder: String) throws(GradientStoreError) {
        func require(
            _ what: String, _ found: String, _ asked: String
        ) throws(GradientStoreError) {
            guard found == asked else {
                throw .other(folder: folder, what: what, found: found, asked: asked)
            }
        }
        try require("version of the format", "\(version)", "\(asked.version)")
        try require("training set", train, asked.train)
        try require("choice of parameters", parameters, asked.parameters)
        try require("projection", "\(projection)", "\(asked.projection)")
        try require("precision", precision.rawValue, asked.precision.rawValue)
        try require("size of files", "\(shard) examples", "\(asked.shard) examples")
        try require("number of checkpoints", "\(moments.count)", "\(asked.moments.count)")
        for (found, asked) in zip(moments, asked.moments) {
            try require(
                "checkpoint", "\(found.name) (\(found.digest.prefix(12)))",
                found.digest == asked.digest
                    ? "\(found.name) (\(found.digest.prefix(12)))"
                    : "\(asked.name) (\(asked.digest.prefix(12)))")
        }
    }
}
