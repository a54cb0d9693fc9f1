import Foundation
import GRDB
import NightjarRuntime
import Testing

@testable import NightjarTraining

#if canImport(Glibc)
    import Glibc
#endif

@Suite("A store of runs that is not as it should be")
struct RunFaultTests {
    let folder: TemporaryFolder
    var path: String { "\(folder.path)/nightjar.db" }

    init() throws { folder = try TemporaryFolder() }

    @Test("is not made by looking for it")
    func missing() throws {
        #expect(throws: RunStoreError.noStore(folder: folder.path)) {
            try RunStore(folder: folder.path, makes: false)
        }
        #expect(try folder.names == [])
    }

    @Test("is told from a file that is no database")
    func noDatabase() throws {
        try folder.write(Array("not a database at all, but text".utf8), "nightjar.db")
        #expect {
            try RunStore(folder: folder.path)
        } throws: {
            if case RunStoreError.damaged = $0 { true } else { false }
        }
    }

    @Test("is told from a database of another program, which stays as it is")
    func otherDatabase() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE TABLE mine (x)") }
        try queue.close()
        #expect(
            throws: RunStoreError.damaged(
                path: path, problem: "it is a database of another program")
        ) { try RunStore(folder: folder.path) }
        let after = try DatabaseQueue(path: path)
        #expect(
            try after.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_schema") }
                == ["mine"])
    }

    @Test("is left alone when a later version wrote it")
    func newer() throws {
        try RunStore(folder: folder.path).write { try $0.execute(sql: "PRAGMA user_version = 9") }
        #expect(throws: RunStoreError.newer(path: path, format: 9)) {
            try RunStore(folder: folder.path)
        }
    }

    @Test("is reported when pages of it are damaged")
    func damagedPages() throws {
        do {
            let store = try RunStore(folder: folder.path)
            for _ in 0..<50 {
                let run = try store.start()
                try run.log(["loss": 1], step: 1)
            }
            try store.finishAll(.finished)
        }
        let file = try FileHandle(forUpdating: URL(filePath: path))
        let size = Int(try file.seekToEnd())
        for page in stride(from: 4096, to: size, by: 4096) {
            try file.seek(toOffset: UInt64(page))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 64))
        }
        try file.close()
        #expect {
            let store = try RunStore(folder: folder.path)
            _ = try store.runs()
            _ = try store.start()
        } throws: {
            if case RunStoreError.damaged = $0 { true } else { false }
        }
    }

    @Test("keeps in memory what a full disk did not take, and writes it when there is room")
    func fullDisk() throws {
        let store = try RunStore(folder: folder.path)
        let run = try store.start()
        try store.connection.writeWithoutTransaction {
            let pages = try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0
            try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        var failure: (any Error)?
        for step in 0..<5000 {
            do { try run.log(["loss": Double(step)], step: step) } catch { failure = error }
        }
        #expect(failure as? RunStoreError == .full(path: path))
        #expect(throws: RunStoreError.full(path: path)) { try run.finish() }
        #expect(run.isRecording)
        try store.connection.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 100000")
        }
        try run.finish()
        #expect(try run.history(of: "loss").map(\.value) == (0..<5000).map(Double.init))
    }

    @Test(
        "can be read and not written in a folder without permission",
        .enabled(if: geteuid() != 0, "the superuser may write everywhere"))
    func readOnlyFolder() throws {
        do {
            let store = try RunStore(folder: folder.path)
            try store.start(RunDescription(name: "one")).finish()
        }
        chmod(folder.path, 0o555)
        defer { chmod(folder.path, 0o755) }
        let store = try RunStore(folder: folder.path)
        #expect(store.isReadOnly)
        #expect(try store.runs().map(\.name) == ["one"])
        #expect(throws: RunStoreError.readOnly(path: path)) { try store.start() }
    }

    @Test("says that it is busy when Ctrl-C ends the wait, and can be written later")
    func busy() async {
        // In a process of its own: the request to stop reaches every computation of a process.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/nightjar.db"
            let store = try RunStore(folder: folder.path)
            let run = try store.start()
            let other = try DatabaseQueue(path: path)
            try other.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN IMMEDIATE")
                Interruption.request()
                #expect(throws: RunStoreError.busy(path: path)) {
                    try run.set(tag: "note", to: "x")
                }
                Interruption.clear()
                try database.execute(sql: "COMMIT")
            }
            try run.set(tag: "note", to: "y")
            #expect(try run.record().tag("note") == "y")
        }
    }
}
