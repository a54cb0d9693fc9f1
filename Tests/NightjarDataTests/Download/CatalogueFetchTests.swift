import Foundation
import NightjarRuntime
import TestSupport
import Testing

@testable import NightjarData

@Suite("Fetching a data set")
struct CatalogueFetchTests {
    let folder: TemporaryFolder
    private let name = "ml-latest-small"

    init() throws { folder = try TemporaryFolder() }

    private var home: String { Paths.join(folder.path, "home/nightjar") }

    /// An archive with the layout of the publisher's, its log with `rows` rows.
    private func archive(rows: Int) throws -> (bytes: [UInt8], md5: String) {
        let ratings = (0..<rows).map { "1,\($0 + 1),4.5,\($0)\n" }.joined()
        let path = try TestArchive.write(
            .zip, to: Paths.join(folder.path, "made.zip"),
            [
                .file("\(name)/ratings.csv", "userId,movieId,rating,timestamp\n" + ratings),
                .file("\(name)/movies.csv", "movieId,title,genres\n1,Heat (1995),Crime\n"),
            ])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        return (bytes, try Checksum(.md5, ofFile: path).digits)
    }

    private func server(rows: Int = 3, md5: String? = nil) throws -> LoopbackServer {
        let (bytes, digits) = try archive(rows: rows)
        return try LoopbackServer([
            "/\(name).zip": bytes,
            "/\(name).zip.md5": Array("MD5 (\(name).zip) = \(md5 ?? digits)\n".utf8),
        ])
    }

    private func catalogue(_ server: LoopbackServer) -> Catalogue {
        Catalogue(folders: [], userFolder: home, mirror: server.address(""))
    }

    @Test("shows its terms, checks the published checksum, and leaves one folder that opens")
    func whole() throws {
        let server = try server()
        let catalogue = catalogue(server)
        var notice = ""
        var tasks: [String] = []
        let fetched = try catalogue.fetch(
            name,
            accept: {
                notice = $0.notice
                #expect(server.requests.isEmpty)
                return true
            }, progress: { tasks.append($0.task) })
        #expect(notice.contains("No commercial use") && notice.contains("Harper"))
        #expect(tasks.first == "fetch \(name).zip")
        #expect(tasks.last == "unpack \(name)/movies.csv")
        #expect(fetched.checksum?.algorithm == .md5)
        #expect(Paths.names(in: home) == [name])
        let log = try catalogue.open(name)
        #expect(log.count == 3 && log.itemTable.label(of: 1) == "Heat (1995)")
    }

    @Test("asks the server for nothing when the terms are declined")
    func declined() throws {
        let server = try server()
        #expect(throws: DownloadError.declined(name: name)) {
            try catalogue(server).fetch(name, accept: { _ in false })
        }
        #expect(server.requests.isEmpty)
        #expect(Paths.kind(of: home) == nil)
    }

    @Test("refuses an archive whose checksum is wrong, published or built in")
    func checksum() throws {
        let wrong = try server(md5: String(repeating: "0", count: 32))
        #expect {
            try catalogue(wrong).fetch(name, accept: { _ in true })
        } throws: {
            if case DownloadError.checksum = $0 { true } else { false }
        }
        let forged = try LoopbackServer(["/ml-100k.zip": archive(rows: 3).bytes])
        #expect {
            try catalogue(forged).fetch("ml-100k", accept: { _ in true })
        } throws: {
            if case DownloadError.checksum(_, "md5:0e33842e24a9c977be4e0107933c0723", _) = $0 {
                true
            } else {
                false
            }
        }
        #expect(Paths.names(in: home) == [])
    }

    @Test("says when nothing could be checked")
    func unchecked() throws {
        let server = try LoopbackServer(["/\(name).zip": archive(rows: 2).bytes])
        let fetched = try catalogue(server).fetch(name, accept: { _ in true })
        #expect(fetched.checksum == nil)
    }

    @Test("replaces an old copy only when asked, and only by a whole one")
    func replacing() throws {
        let old = try server(rows: 2)
        _ = try catalogue(old).fetch(name, accept: { _ in true })
        let new = try server(rows: 5)
        let location = Paths.join(home, name)
        #expect(throws: DownloadError.exists(path: location)) {
            try catalogue(new).fetch(name, accept: { _ in true })
        }
        let broken = try LoopbackServer(["/\(name).zip": Array("no archive".utf8)])
        #expect(throws: DownloadError.self) {
            try catalogue(broken).fetch(name, replacing: true, accept: { _ in true })
        }
        #expect(try catalogue(old).open(name).count == 2)
        _ = try catalogue(new).fetch(name, replacing: true, accept: { _ in true })
        #expect(try catalogue(new).open(name).count == 5)
        #expect(Paths.names(in: home) == [name])
    }

    @Test("refuses an archive without a log")
    func noLog() throws {
        let path = try TestArchive.write(
            .zip, to: Paths.join(folder.path, "made.zip"), [.file("x/readme", "hello")])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let server = try LoopbackServer(["/\(name).zip": bytes])
        #expect(
            throws: DownloadError.archive(
                file: Paths.join(home, "\(name).zip"), reason: "there is no log in it")
        ) { try catalogue(server).fetch(name, accept: { _ in true }) }
        #expect(Paths.names(in: home) == ["\(name).zip"])
    }

    @Test("explains what cannot be fetched")
    func impossible() throws {
        let catalogue = Catalogue(folders: [])
        #expect(throws: DownloadError.notPublished(name: "amazon-beauty")) {
            try catalogue.fetch("amazon-beauty", accept: { _ in true })
        }
        #expect(throws: DownloadError.noFolder) {
            try catalogue.fetch("ml-100k", accept: { _ in true })
        }
        #expect(
            throws: DataError.unknownDataSet(
                name: "ml-1n", searched: ["the known data sets"], hint: "Did you mean 'ml-1m'?")
        ) { try catalogue.fetch("ml-1n", accept: { _ in true }) }
    }
}
