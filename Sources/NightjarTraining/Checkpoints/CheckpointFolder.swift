// The folder that a run writes its checkpoints into.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The checkpoints of one run in a folder.
struct CheckpointFolder {
    /// The path as the user gave it.
    let path: String

    private static let suffix = ".safetensors"
    private static let epochPrefix = "epoch-"

    /// Path of the checkpoint after `epoch` epochs.
    func file(epoch: Int) -> String { "\(path)/\(Self.name(epoch: epoch))" }

    private static func name(epoch: Int) -> String {
        let number = String(epoch)
        let zeros = String(repeating: "0", count: max(0, 4 - number.count))
        return epochPrefix + zeros + number + suffix
    }

    /// Path of the newest state, to resume from.
    var last: String { "\(path)/last\(Self.suffix)" }
    /// Path of the best epoch.
    var best: String { "\(path)/best\(Self.suffix)" }

    /// Makes the folder and sees that it can be written to, so that a run does not find out later.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    func prepare() throws {
        try Folders.make(path)
        let probe = "\(path)/.nightjar-\(getpid())"
        do {
            try DurableFile.write(to: probe) { _ in }
        } catch let error as FileError {
            throw FileError("write", path, code: error.code)
        }
        unlink(probe)
    }

    /// Numbers of the epochs that have a checkpoint of their own, ascending.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    func epochs() throws(FileError) -> [Int] {
        try names().compactMap { name in
            guard name.hasPrefix(Self.epochPrefix), name.hasSuffix(Self.suffix) else { return nil }
            let number = name.dropFirst(Self.epochPrefix.count).dropLast(Self.suffix.count)
            return Int(number).flatMap { Self.name(epoch: $0) == name ? $0 : nil }
        }.sorted()
    }

    /// All checkpoints: those of single epochs in order, the best, the last.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    func files() throws(FileError) -> [String] {
        try epochs().map(file(epoch:)) + [best, last].filter { access($0, F_OK) == 0 }
    }

    /// The checkpoint that is furthest, or `nil` when there is none.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    func newest() throws -> Checkpoint? {
        var candidates = access(last, F_OK) == 0 ? [last] : []
        if let epoch = try epochs().last { candidates.append(file(epoch: epoch)) }
        return try candidates.map { try Checkpoint(path: $0) }.max {
            ($0.record.epoch, $0.record.batch) < ($1.record.epoch, $1.record.batch)
        }
    }

    /// Deletes the checkpoints of an earlier run.
    ///
    /// - Throws: ``NightjarRuntime/FileError``.
    func removeCheckpoints() throws(FileError) {
        for file in try epochs().map(file(epoch:)) + [last, best] {
            guard unlink(file) == 0 || errno == ENOENT else {
                throw FileError("delete", file, code: errno)
            }
        }
    }

    private func names() throws(FileError) -> [String] {
        guard let folder = opendir(path) else { throw FileError("read", path, code: errno) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }
}
