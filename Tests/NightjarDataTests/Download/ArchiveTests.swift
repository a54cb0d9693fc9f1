import CArchive
import Foundation
import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Archives")
struct ArchiveTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func unpack(_ path: String, limit: Int = 1_000_000) throws -> [String: String] {
        let target = Paths.join(folder.path, "out")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        try Archive.unpack(path, into: target, limit: limit)
        var files: [String: String] = [:]
        for name in FileManager.default.enumerator(atPath: target) ?? .init() {
            guard let name = name as? String else { continue }
            let path = Paths.join(target, name)
            guard Paths.kind(of: path) == .file else { continue }
            files[name] = try String(contentsOfFile: path, encoding: .utf8)
        }
        return files
    }

    @Test(
        "of both kinds give their files and folders", arguments: [TestArchive.Kind.zip, .tarGzip])
    func kinds(_ kind: TestArchive.Kind) throws {
        let long = String(repeating: "1::2::3::4\n", count: 40_000)
        let path = try TestArchive.write(
            kind, to: Paths.join(folder.path, "a"),
            [
                .folder("set/"), .file("set/ratings.dat", long), .file("set/deep/er/x.txt", "x"),
                .file("set/empty", ""),
            ])
        #expect(
            try unpack(path) == [
                "set/ratings.dat": long, "set/deep/er/x.txt": "x", "set/empty": "",
            ])
    }

    @Test(
        "that would leave their folder are refused",
        arguments: [
            TestArchive.Entry.file("/tmp/evil", "x"), .file("../evil", "x"),
            .file("a/../../evil", "x"),
            .file("..", "x"), .file("a\\..\\evil", "x"), .symbolicLink("a", "/etc"),
            .symbolicLink("a", "b"), .hardLink("a", "/etc/passwd"), .device("null"),
        ])
    func hostile(_ entry: TestArchive.Entry) throws {
        let path = try TestArchive.write(
            .tarGzip, to: Paths.join(folder.path, "a"), [.file("ok", "fine"), entry])
        #expect {
            _ = try unpack(path)
        } throws: {
            if case DownloadError.archive(path, _) = $0 { true } else { false }
        }
        #expect(Paths.names(in: folder.path) == ["a", "out"])
        #expect(Paths.names(in: Paths.join(folder.path, "out")) == ["ok"])
    }

    @Test("that unpack to more than the limit are refused before the disk is full")
    func bomb() throws {
        let path = try TestArchive.write(
            .zip, to: Paths.join(folder.path, "a"),
            [.file("zeros", String(repeating: "0", count: 5_000_000))])
        #expect(
            throws: DownloadError.archive(file: path, reason: "it holds more than 1000000 bytes")
        ) { _ = try unpack(path) }
        let written =
            try FileManager.default.attributesOfItem(
                atPath: Paths.join(folder.path, "out/zeros"))[.size] as? Int
        #expect(try #require(written) <= 1_000_000)
    }

    @Test("that are cut short or are none are refused")
    func damaged() throws {
        let path = try TestArchive.write(
            .tarGzip, to: Paths.join(folder.path, "a"),
            [.file("x", (0..<5_000).map { String($0 &* 7919) }.joined())])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for (name, bytes) in [
            ("cut", Array(bytes.dropLast(bytes.count / 2))), ("none", [1, 2, 3]),
        ] {
            let damaged = try folder.write(name, bytes)
            let out = try folder.write("out-\(name)/keep", "")
            #expect(throws: DownloadError.self) {
                try Archive.unpack(damaged, into: Paths.folder(of: out), limit: 1_000_000)
            }
        }
    }

    @Test("under mutation are unpacked or refused, and never write outside")
    func mutations() throws {
        let path = try TestArchive.write(
            .zip, to: Paths.join(folder.path, "a"), [.file("s/x", "hello"), .file("s/y", "world")])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        var random = RandomStream(seed: 21, "archives")
        for round in 0..<300 {
            var mutant = bytes
            for _ in 0...random.below(6) {
                mutant[random.below(mutant.count)] = UInt8(random.below(256))
            }
            let damaged = try folder.write("m/mutant.zip", mutant)
            let out = Paths.folder(of: try folder.write("m/out-\(round)/keep", ""))
            do { try Archive.unpack(damaged, into: out, limit: 100_000) } catch is DownloadError {
            } catch is FileError {}
            try FileManager.default.removeItem(atPath: out)
        }
        #expect(Paths.names(in: folder.path) == ["a", "m"])
        #expect(Paths.names(in: Paths.join(folder.path, "m")) == ["mutant.zip"])
    }
}

/// Archives made by libarchive for tests.
enum TestArchive {
    enum Kind: Sendable { case zip, tarGzip }

    enum Entry: Sendable {
        case file(String, String)
        case folder(String)
        case symbolicLink(String, String)
        case hardLink(String, String)
        case device(String)
    }

    static func write(_ kind: Kind, to path: String, _ entries: [Entry]) throws -> String {
        let archive = try #require(archive_write_new())
        defer { archive_write_free(archive) }
        switch kind {
        case .zip: archive_write_set_format_zip(archive)
        case .tarGzip:
            archive_write_set_format_pax_restricted(archive)
            archive_write_add_filter_gzip(archive)
        }
        try #require(archive_write_open_filename(archive, path) == ARCHIVE_OK)
        for entry in entries { try write(entry, to: archive) }
        try #require(archive_write_close(archive) == ARCHIVE_OK)
        return path
    }

    private static func write(_ entry: Entry, to archive: OpaquePointer) throws {
        let header = try #require(archive_entry_new())
        defer { archive_entry_free(header) }
        archive_entry_set_perm(header, 0o644)
        var content: [UInt8] = []
        switch entry {
        case .file(let name, let text):
            content = Array(text.utf8)
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFREG)
        case .folder(let name):
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFDIR)
        case .symbolicLink(let name, let target):
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFLNK)
            archive_entry_set_symlink(header, target)
        case .hardLink(let name, let target):
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFREG)
            archive_entry_set_hardlink(header, target)
        case .device(let name):
            archive_entry_set_pathname(header, name)
            archive_entry_set_filetype(header, S_IFCHR)
        }
        archive_entry_set_size(header, Int64(content.count))
        try #require(archive_write_header(archive, header) == ARCHIVE_OK)
        try #require(archive_write_data(archive, content, content.count) == content.count)
    }
}
