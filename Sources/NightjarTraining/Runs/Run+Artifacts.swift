// Files of a run.

import GRDB
import NightjarData
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A file that belongs to a run.
public struct RunArtifact: Sendable, Equatable {
    /// Its name below the run's folder.
    public let name: String
    /// Bytes.
    public let size: Int
    /// SHA-256 as hexadecimal digits.
    public let digest: String
}

extension Run {
    /// The folder of the run's files.
    public var artifactFolder: String { store.artifactFolder(of: id) }

    /// Copies a file into the run's folder; a file of the same name there is replaced.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - name: its name below the run's folder, with `/` for folders in it; `nil` for the last part
    ///     of the path.
    /// - Returns: the file as the run has it.
    /// - Throws: ``RunStoreError``, `FileError`, `Interrupted`; the run has the file wholly or not at
    ///   all.
    @discardableResult
    public func add(artifact path: String, name: String? = nil) throws -> RunArtifact {
        let name = name ?? path.split(separator: "/").last.map(String.init) ?? path
        try RunText.check(name: name, of: "file")
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) else {
            throw RunStoreError.badText(
                "the name '\(name)'",
                problem: "leads out of the run's folder; give one such as"
                    + " results.json or plots/loss.svg")
        }
        if store.isReadOnly { throw RunStoreError.readOnly(path: store.path) }
        let target = "\(artifactFolder)/\(name)"
        try Folders.make(parts.dropLast().reduce(artifactFolder) { "\($0)/\($1)" })
        let (size, digest) = try Self.copy(path, to: target)
        let artifact = RunArtifact(name: name, size: size, digest: digest)
        try store.write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO artifacts (run_uuid, path, size, digest)
                    VALUES (?, ?, ?, ?)
                    """, arguments: [id, name, size, digest])
        }
        return artifact
    }

    /// Copies a file, whole or not at all.
    ///
    /// - Returns: its size and SHA-256.
    static func copy(_ path: String, to target: String) throws -> (Int, String) {
        var hash = SHA256()
        var size = 0
        try DurableFile.write(to: target) { file in
            try FileBytes.forEachBlock(of: path) { block in
                hash.update(block)
                size += block.count
                try file.append(block)
            }
        }
        return (size, hash.hexadecimal)
    }
}

extension RunStore {
    /// The folder of the files of the run called `id`.
    func artifactFolder(of id: String) -> String { "\(folder)/artifacts/\(id)" }

    /// The same as an absolute path, as other programs want it.
    func absoluteArtifactFolder(of id: String) -> String {
        guard let resolved = realpath(folder, nil) else { return artifactFolder(of: id) }
        defer { free(resolved) }
        return "\(String(cString: resolved))/artifacts/\(id)"
    }
}
