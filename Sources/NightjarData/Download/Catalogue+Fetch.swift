// From a name to a folder of files.

import FoundationEssentials
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

extension Catalogue {
    /// What a fetch did.
    public struct Fetched: Sendable, Equatable {
        /// The new folder.
        public let location: String
        /// What the archive was checked against; `nil` when its publisher states nothing.
        public let checksum: Checksum?
    }

    /// Fetches a known data set into ``userFolder``.
    ///
    /// The archive is checked against the checksum that Nightjar knows, else the one that the
    /// publisher keeps beside it, unpacked in a temporary folder, and renamed into place. After an
    /// error or Ctrl-C the next call goes on where this one stopped.
    ///
    /// - Parameters:
    ///   - name: a name of ``DataSet/known``.
    ///   - replacing: whether a copy in ``userFolder`` is replaced; it stays until the new one is
    ///     whole.
    ///   - accept: shown the data set before anything is sent (see ``DataSet/notice``); `false`
    ///     ends the fetch.
    ///   - progress: told how far download and unpacking are.
    /// - Returns: where the data set is now.
    /// - Throws: ``DownloadError``, ``DataError/unknownDataSet(name:searched:hint:)``, `FileError`
    ///   from the system, `Interrupted`.
    public func fetch(
        _ name: String, replacing: Bool = false, accept: (DataSet) -> Bool,
        progress: ProgressHandler? = nil
    ) throws -> Fetched {
        guard let dataSet = DataSet.named(name) else {
            throw DataError.unknownDataSet(
                name: name, searched: ["the known data sets"], hint: hint(for: name))
        }
        guard let archive = dataSet.archive else { throw DownloadError.notPublished(name: name) }
        guard let folder = userFolder else { throw DownloadError.noFolder }
        let target = Paths.join(folder, name)
        guard replacing || Paths.kind(of: target) == nil else {
            throw DownloadError.exists(path: target)
        }
        guard accept(dataSet) else { throw DownloadError.declined(name: name) }

        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let address = address(of: archive)
        let file = Paths.join(folder, archive.file)
        let checksum =
            try archive.checksum ?? publishedChecksum(at: "\(address).md5", "\(file).md5")
        try Download(from: address, to: file, checksum: checksum).run(progress)
        try install(archive, file, as: target, progress)
        unlink(file)
        return Fetched(location: target, checksum: checksum)
    }

    private func address(of archive: DataSet.Archive) -> String {
        guard let mirror else { return archive.publisher + archive.file }
        return Paths.join(mirror, archive.file)
    }

    /// The checksum in a publisher's file; `nil` when there is no such file.
    private func publishedChecksum(at address: String, _ path: String) throws -> Checksum? {
        do {
            try Download(from: address, to: path).run()
        } catch DownloadError.refused(_, status: 404) {
            return nil
        }
        defer { unlink(path) }
        return try Checksum(publishedIn: String(contentsOfFile: path, encoding: .isoLatin1))
    }

    /// Unpacks an archive, checks what came out, and puts it in place of what was there.
    private func install(
        _ archive: DataSet.Archive, _ file: String, as target: String, _ progress: ProgressHandler?
    ) throws {
        let files = FileManager.default
        let temporary = "\(target).\(getpid()).unpacking"
        try? files.removeItem(atPath: temporary)
        try files.createDirectory(atPath: temporary, withIntermediateDirectories: false)
        defer { try? files.removeItem(atPath: temporary) }
        // Ratings shrink to a quarter or a fifth; much more than that is no data set.
        let limit = max(1 << 26, 20 * archive.bytes)
        try Archive.unpack(file, into: temporary, limit: limit, progress)
        // Archives hold one folder, whose name need not be the data set's.
        let names = Paths.names(in: temporary)
        let inner = names.count == 1 ? Paths.join(temporary, names[0]) : temporary
        let content = Paths.kind(of: inner) == .folder ? inner : temporary
        for (member, expected) in archive.members {
            let path = Paths.join(content, member)
            let found = try Checksum(expected.algorithm, ofFile: path)
            guard found == expected else {
                throw DownloadError.checksum(
                    file: path, expected: expected.description, found: found.description)
            }
        }
        guard FormatRecognition.holdsLog(content) else {
            throw DownloadError.archive(file: file, reason: "there is no log in it")
        }
        try replace(target, by: content)
    }

    private func replace(_ target: String, by content: String) throws {
        let old = "\(target).\(getpid()).old"
        let hadOld = rename(target, old) == 0
        guard rename(content, target) == 0 else {
            let code = errno
            if hadOld { rename(old, target) }
            throw FileError("write", target, code: code)
        }
        if hadOld { try? FileManager.default.removeItem(atPath: old) }
    }
}
