import Foundation
import Testing

@testable import NightjarTraining

@Suite("A process that records")
struct ProcessMarkTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func owner(
        _ id: String, host: String = ProcessMark.host, boot: String = ProcessMark.bootID
    ) -> ProcessMark.Owner { ProcessMark.Owner(id: id, host: host, bootID: boot) }

    @Test("lives while it holds its lock, whatever its row says")
    func alive() throws {
        let mark = try ProcessMark(in: folder.path)
        #expect(!ProcessMark.isDead(owner(mark.id), in: folder.path))
        #expect(!ProcessMark.isDead(owner(mark.id, host: "elsewhere", boot: "x"), in: folder.path))
        withExtendedLifetime(mark) {}
    }

    @Test("is dead when the lock is free on this boot, or on an earlier one of this host")
    func dead() throws {
        try folder.write([], "a.lock")
        #expect(ProcessMark.isDead(owner("a"), in: folder.path))
        #expect(try folder.names == [])
        try folder.write([], "b.lock")
        #expect(ProcessMark.isDead(owner("b", boot: "an earlier boot"), in: folder.path))
        #expect(ProcessMark.isDead(owner("never there"), in: folder.path))
        try folder.write([], "c.lock")
        // In another container of this machine.
        #expect(ProcessMark.isDead(owner("c", host: "container"), in: folder.path))
    }

    @Test("of another machine is left to that machine")
    func elsewhere() throws {
        try folder.write([], "a.lock")
        #expect(!ProcessMark.isDead(owner("a", host: "elsewhere", boot: "x"), in: folder.path))
        #expect(try folder.names == ["a.lock"])
    }

    @Test("leaves runs that the next look marks as killed, as of their last figure")
    func markedAtNextLook() throws {
        let path = folder.path
        let id: String
        do {
            let store = try RunStore(folder: path)
            let run = try store.start()
            try run.log(["loss": 1], step: 1)
            try run.flush()
            id = run.id
            // What the death of a process does: the lock goes, and nobody ends the run.
            try FileManager.default.removeItem(atPath: "\(path)/processes")
            let other = try RunStore(folder: path)
            let record = try #require(try other.runs().first)
            #expect(record.status == .killed)
            #expect(record.endTime == record.metrics.first?.timestamp)
            // It was not dead after all: what it says itself counts.
            try run.log(["loss": 2], step: 2)
            try run.finish()
        }
        let record = try RunStore(folder: path).run(id).record()
        #expect(record.status == .finished)
        #expect(record.metric("loss") == 2)
    }

    @Test(
        "uses no write-ahead log where machines share the disk",
        arguments: [
            ("nfs4", true), ("fuse.sshfs", true), ("cifs", true), ("ext4", false),
            ("overlay", false), ("fuseblk", false),
        ])
    func sharedDisks(_ type: String, _ isShared: Bool) {
        #expect(FileSystemKind.isShared(type: type) == isShared)
    }
}
