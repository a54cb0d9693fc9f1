// Unpacking archives that nobody has to trust.

import CArchive
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Unpacks zip and tar archives, compressed or not, through libarchive.
///
/// Only files and folders are made, only below the given folder, and only up to a size: links,
/// devices, absolute paths and `..` are refused.
package enum Archive {
    /// Unpacks `path` into `folder`, which must exist and should be empty.
    ///
    /// All files together may have `limit` bytes.
    ///
    /// - Throws: ``DownloadError/archive(file:reason:)``, `FileError`, `Interrupted`; what was
    ///   unpacked so far stays.
    package static func unpack(
        _ path: String, into folder: String, limit: Int, _ progress: ProgressHandler? = nil
    ) throws {
        guard let archive = archive_read_new() else { throw FileError("read", path, code: ENOMEM) }
        defer { archive_read_free(archive) }
        archive_read_support_format_zip(archive)
        archive_read_support_format_tar(archive)
        archive_read_support_filter_all(archive)
        try check(archive_read_open_filename(archive, path, 1 << 16), archive, path)
        var written = 0
        while let entry = try nextEntry(of: archive, path) {
            try Interruption.check()
            let (name, isFolder) = try checkedName(of: entry, path)
            let target = Paths.join(folder, name)
            if isFolder {
                try makeFolders(to: target, below: folder)
                continue
            }
            try makeFolders(to: Paths.folder(of: target), below: folder)
            try write(archive, to: target, path, limit: limit, &written)
            progress?(
                ProgressReport(
                    task: "unpack \(name)", done: Double(written), total: 0, unit: "B", rate: 0))
        }
    }

    private static func nextEntry(of archive: OpaquePointer, _ path: String) throws
        -> OpaquePointer?
    {
        var entry: OpaquePointer?
        let status = archive_read_next_header(archive, &entry)
        if status == ARCHIVE_EOF { return nil }
        try check(status, archive, path)
        return entry
    }

    /// The path of an entry below the folder, if it is one that may be made.
    private static func checkedName(
        of entry: OpaquePointer, _ path: String
    ) throws(DownloadError) -> (name: String, isFolder: Bool) {
        guard let bytes = archive_entry_pathname(entry) else {
            throw .archive(file: path, reason: "an entry has no readable name")
        }
        let name = String(cString: bytes)
        let parts = name.split(separator: "/", omittingEmptySubsequences: true)
        guard !name.hasPrefix("/"), !name.contains("\\"), !parts.contains(".."), !parts.isEmpty
        else { throw .archive(file: path, reason: "entry '\(name)' would leave the folder") }
        guard archive_entry_hardlink(entry) == nil, archive_entry_symlink(entry) == nil else {
            throw .archive(file: path, reason: "entry '\(name)' is a link")
        }
        switch archive_entry_filetype(entry) {
        case S_IFREG: return (parts.joined(separator: "/"), false)
        case S_IFDIR: return (parts.joined(separator: "/"), true)
        default: throw .archive(file: path, reason: "entry '\(name)' is no file and no folder")
        }
    }

    private static func makeFolders(to target: String, below folder: String) throws(FileError) {
        var path = folder
        for part in target.dropFirst(folder.count).split(separator: "/") {
            path = Paths.join(path, String(part))
            guard mkdir(path, 0o755) == 0 || (errno == EEXIST && Paths.kind(of: path) == .folder)
            else { throw FileError("write", path, code: errno) }
        }
    }

    /// Writes the data of the current entry to a new file.
    private static func write(
        _ archive: OpaquePointer, to target: String, _ path: String, limit: Int,
        _ written: inout Int
    ) throws {
        let file = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileError("write", target, code: errno) }
        defer { close(file) }
        try withUnsafeTemporaryAllocation(byteCount: 1 << 18, alignment: 16) { block in
            while true {
                try Interruption.check()
                let count = archive_read_data(archive, block.baseAddress, block.count)
                if count == 0 { return }
                // Warnings, too, are negative: data that its own checksum refuses is no data.
                guard count > 0 else { throw failure(of: archive, path) }
                written += count
                guard written <= limit else {
                    throw DownloadError.archive(
                        file: path, reason: "it holds more than \(limit) bytes")
                }
                try FileBytes.write(.init(rebasing: block[..<count]), to: file, target)
            }
        }
    }

    /// Turns a status of libarchive into an error; warnings, as for unknown times, are let pass.
    private static func check(
        _ status: Int32, _ archive: OpaquePointer, _ path: String
    ) throws(DownloadError) {
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN else {
            throw failure(of: archive, path)
        }
    }

    private static func failure(of archive: OpaquePointer, _ path: String) -> DownloadError {
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return .archive(file: path, reason: reason ?? "libarchive gives no reason")
    }
}
