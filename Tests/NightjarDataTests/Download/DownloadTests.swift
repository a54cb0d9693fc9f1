import Foundation
import NightjarRuntime
import TestSupport
import Testing

@testable import NightjarData

@Suite("A download")
struct DownloadTests {
    typealias Answer = LoopbackServer.Answer

    let folder: TemporaryFolder
    /// Three hundred thousand bytes without a pattern that a wrong offset would keep.
    let body: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        var random = RandomStream(seed: 5, "body")
        body = (0..<300_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    private var path: String { Paths.join(folder.path, "a.zip") }

    private func download(_ server: LoopbackServer, checksum: Checksum? = nil) -> Download {
        var download = Download(from: server.address("/a.zip"), to: path, checksum: checksum)
        download.pause = 0.01
        download.silence = 5
        return download
    }

    private func bodyChecksum(_ algorithm: Checksum.Algorithm = .sha256) throws -> Checksum {
        try Checksum(algorithm, ofFile: folder.write("body", body))
    }

    private func content() throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private func expectNothingBeside() {
        #expect(Paths.names(in: folder.path).filter { $0.hasPrefix("a.zip.") } == [])
    }

    @Test("brings the bytes, reports progress, and leaves nothing beside them")
    func whole() throws {
        let server = try LoopbackServer(["/a.zip": body])
        var last: ProgressReport?
        try download(server, checksum: bodyChecksum(.md5)).run { last = $0 }
        #expect(try content() == body)
        #expect(last?.done == 300_000 && last?.total == 300_000)
        expectNothingBeside()
    }

    @Test("goes on behind a cut connection, with the rest only")
    func cut() throws {
        let server = try LoopbackServer(
            ["/a.zip": body], [Answer(cutAfter: 100_000), Answer(cutAfter: 50_000), Answer()])
        try download(server).run()
        #expect(try content() == body)
        #expect(server.requests.map(\.range) == [nil, "bytes=100000-", "bytes=150000-"])
        #expect(server.requests.map(\.ifRange) == [nil, "\"1\"", "\"1\""])
        expectNothingBeside()
    }

    @Test("starts anew when the server ignores ranges")
    func noRanges() throws {
        let server = try LoopbackServer(
            ["/a.zip": body],
            [Answer(honoursRange: false, cutAfter: 100_000), Answer(honoursRange: false)])
        try download(server).run()
        #expect(try content() == body)
        #expect(server.requests.count == 2)
    }

    @Test("starts anew when the body has changed meanwhile")
    func changed() throws {
        let old = try LoopbackServer(["/a.zip": body], [Answer(status: 200, cutAfter: 100_000)])
        var first = download(old)
        first.attempts = 1
        #expect(throws: DownloadError.self) { try first.run() }
        let new = try LoopbackServer(["/a.zip": body.reversed()], [Answer(etag: "\"2\"")])
        try download(new).run()
        #expect(try content() == body.reversed())
        #expect(new.requests.map(\.ifRange) == ["\"1\""])
    }

    @Test("goes on where an earlier run ended, with another server")
    func laterRun() throws {
        let first = try LoopbackServer(["/a.zip": body], [Answer(cutAfter: 200_000)])
        var failing = download(first)
        failing.attempts = 1
        #expect {
            try failing.run()
        } throws: {
            if case DownloadError.broken = $0 { true } else { false }
        }
        #expect(Paths.names(in: folder.path) == ["a.zip.part", "a.zip.part.tag"])
        let second = try LoopbackServer(["/a.zip": body])
        try download(second).run()
        #expect(try content() == body)
        #expect(second.requests.map(\.range) == ["bytes=200000-"])
    }

    @Test("does not trust a part that nothing identifies")
    func unidentified() throws {
        try folder.write("a.zip.part", "garbage")
        let server = try LoopbackServer(["/a.zip": body], [Answer(etag: nil)])
        try download(server).run()
        #expect(try content() == body)
        #expect(server.requests.map(\.range) == [nil])
    }

    @Test("repeats itself once when parts do not make the checksum")
    func mixedParts() throws {
        try folder.write("a.zip.part", [UInt8](repeating: 7, count: 1_000))
        let server = try LoopbackServer(["/a.zip": body], [Answer(etag: nil)])
        try download(server, checksum: bodyChecksum()).run()
        #expect(try content() == body)
        #expect(server.requests.map(\.range) == ["bytes=1000-", nil])
    }

    @Test("takes a part that is whole already")
    func wholePart() throws {
        try folder.write("a.zip.part", body)
        let server = try LoopbackServer(["/a.zip": body])
        try download(server, checksum: bodyChecksum()).run()
        #expect(try content() == body)
        #expect(server.requests.count == 1)
    }

    @Test("drops a part that is longer than the body")
    func longPart() throws {
        try folder.write("a.zip.part", body + body)
        try folder.write("a.zip.part.tag", "\"1\"")
        let server = try LoopbackServer(["/a.zip": body])
        try download(server).run()
        #expect(try content() == body)
    }

    @Test("asks nobody for a file that is there")
    func present() throws {
        try folder.write("a.zip", body)
        let server = try LoopbackServer([:])
        try download(server, checksum: bodyChecksum()).run()
        #expect(server.requests.isEmpty)
    }

    @Test("refuses and removes what has the wrong checksum")
    func wrongChecksum() throws {
        let wrong = try #require(Checksum(.md5, String(repeating: "0", count: 32)))
        let server = try LoopbackServer(["/a.zip": body])
        let found = try bodyChecksum(.md5).description
        #expect(
            throws: DownloadError.checksum(
                file: path, expected: "md5:\(wrong.digits)", found: found)
        ) { try download(server, checksum: wrong).run() }
        #expect(Paths.names(in: folder.path) == ["body"])
    }

    @Test("gives up at once on 404, and after some attempts on 503")
    func statuses() throws {
        let missing = try LoopbackServer([:])
        #expect(
            throws: DownloadError.refused(address: missing.address("/a.zip"), status: 404)
        ) { try download(missing).run() }
        #expect(missing.requests.count == 1)

        let busy = try LoopbackServer(["/a.zip": body], [Answer(status: 503)])
        #expect(
            throws: DownloadError.refused(address: busy.address("/a.zip"), status: 503)
        ) { try download(busy).run() }
        #expect(busy.requests.count == 5)

        let recovering = try LoopbackServer(
            ["/a.zip": body], [Answer(status: 503), Answer(status: 500), Answer()])
        try download(recovering).run()
        #expect(try content() == body)
    }

    @Test("follows a redirection, but to http only")
    func redirection() throws {
        let moved = try LoopbackServer(
            ["/b": body], [Answer(status: 302, location: "/b"), Answer()])
        try download(moved).run()
        #expect(try content() == body)
        #expect(moved.requests.map(\.path) == ["/a.zip", "/b"])

        try folder.write("a.zip", "old")
        let file = try LoopbackServer(
            [:], [Answer(status: 302, location: "file:///etc/passwd")])
        var failing = download(file)
        failing.attempts = 1
        #expect(throws: DownloadError.self) { try failing.run() }
        #expect(try content() == Array("old".utf8))
    }

    @Test("fails with the reason when nobody answers")
    func unreachable() throws {
        let port = try LoopbackServer([:]).port
        var download = Download(from: "http://127.0.0.1:\(port)/a.zip", to: path)
        (download.attempts, download.pause) = (2, 0.01)
        #expect {
            try download.run()
        } throws: {
            if case DownloadError.broken(_, let reason) = $0 { !reason.isEmpty } else { false }
        }
    }

    @Test("does not wait for ever on a silent server")
    func silent() throws {
        let server = try LoopbackServer(
            ["/a.zip": body], [Answer(cutAfter: 1_000, stall: 3), Answer()])
        var download = download(server)
        download.silence = 1
        try download.run()
        #expect(try content() == body)
        #expect(server.requests.count == 2)
    }

    @Test("keeps what arrived when it is stopped")
    func stopped() throws {
        let server = try LoopbackServer(["/a.zip": body], [Answer(cutAfter: 100_000, stall: 2)])
        let part = try folder.write("a.zip.part", "")
        let file = open(part, O_RDWR)
        defer { close(file) }
        #expect(throws: Interrupted()) {
            _ = try Transfer.run(
                server.address("/a.zip"), to: file, part, from: 0, validator: nil, silence: 5
            ) { if $0.written == 100_000 { throw Interrupted() } }
        }
        #expect(lseek(file, 0, SEEK_END) == 100_000)
    }

    @Test("stops at Ctrl-C, and the next run goes on")
    func controlC() async {
        // In a process of its own: the request to stop reaches every computation of a process.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let server = try LoopbackServer(
                ["/a": body], [Answer(cutAfter: 50_000, stall: 5), Answer()])
            let path = Paths.join(folder.path, "a")
            let download = Download(from: server.address("/a"), to: path)
            #expect(throws: Interrupted()) {
                try download.run { if $0.done == 50_000 { Interruption.request() } }
            }
            #expect(Paths.names(in: folder.path) == ["a.part", "a.part.tag"])
            Interruption.clear()
            try download.run()
            #expect(server.requests.map(\.range) == [nil, "bytes=50000-"])
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == body)
        }
    }

    @Test("is made by one process at a time")
    func busy() throws {
        let part = try folder.write("a.zip.part", "")
        let file = open(part, O_RDWR)
        defer { close(file) }
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0)
        let server = try LoopbackServer(["/a.zip": body])
        #expect(throws: DownloadError.busy(path: path)) { try download(server).run() }
    }

    @Test(
        "needs an http address",
        arguments: ["", "a.zip", "ftp://a/b", "file:///etc/passwd", "http://"])
    func badAddress(_ address: String) {
        #expect(throws: DownloadError.badAddress(address)) {
            try Download(from: address, to: path).run()
        }
    }
}
