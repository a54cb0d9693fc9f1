// Whole archives.

import CArchive
import Foundation

/// Small archives, made by libarchive.
enum TestArchive {
    /// A form of archive.
    enum Kind: String {
        case zip, tarGzip, tar
    }

    private static let files = [("set/ratings.dat", "1::2::3::4\n"), ("set/deep/x.txt", "x")]

    /// The bytes of an archive with two files, written in `folder` on the way.
    ///
    /// - Throws: When it cannot be read back.
    static func bytes(_ kind: Kind, in folder: URL) throws -> [UInt8] {
        let file = folder.appending(path: "whole")
        defer { try? FileManager.default.removeItem(at: file) }
        guard let archive = archive_write_new() else { return [] }
        defer { archive_write_free(archive) }
        switch kind {
        case .zip: archive_write_set_format_zip(archive)
        case .tar: archive_write_set_format_ustar(archive)
        case .tarGzip:
            archive_write_set_format_pax_restricted(archive)
            archive_write_add_filter_gzip(archive)
        }
        archive_write_open_filename(archive, file.path)
        for (name, text) in files {
            guard let header = archive_entry_new() else { return [] }
            defer { archive_entry_free(header) }
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFREG)
            archive_entry_set_perm(header, 0o644)
            archive_entry_set_size(header, Int64(text.utf8.count))
            archive_write_header(archive, header)
            archive_write_data(archive, text, text.utf8.count)
        }
        archive_write_close(archive)
        return Array(try Data(contentsOf: file))
    }
}
