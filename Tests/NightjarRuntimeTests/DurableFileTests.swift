import Foundation
import Testing

@testable import NightjarRuntime

@Suite("Durable files")
struct DurableFileTests {
    struct Refusal: Error {}

    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    @Test("hold everything that was appended, small and large")
    func whole() throws {
        let path = folder.appending(path: "a.txt").path
        let large = String(repeating: "x", count: 200_000)
        try DurableFile.write(to: path) { file in
            try file.append("head ")
            try Array(large.utf8).withUnsafeBytes { try file.append($0) }
            try file.append(" tail")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "head \(large) tail")
    }

    @Test("stay as they were when the writer fails, and leave nothing beside")
    func failure() throws {
        let path = folder.appending(path: "b.txt").path
        try DurableFile.write(to: path) { try $0.append("old") }
        #expect(throws: Refusal.self) {
            try DurableFile.write(to: path) { file in
                try file.append("new")
                throw Refusal()
            }
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.txt"])
    }

    /// The number of a process that has ended and was waited for, and so is free.
    private func endedProcess() throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/true")
        try process.run()
        process.waitUntilExit()
        return process.processIdentifier
    }

    @Test("remove what killed writers of the same file have left, and nothing else")
    func abandoned() throws {
        let path = folder.appending(path: "run").path
        let gone = try endedProcess()
        let kept = ["run.1.tmp", "run.x.tmp", "run.\(gone).txt", "runs.\(gone).tmp"]
        for name in kept + ["run.\(gone).tmp"] {
            try Data([1]).write(to: folder.appending(path: name))
        }
        try DurableFile.write(to: path) { try $0.append("new") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.sorted() == (kept + ["run"]).sorted())
    }

    @Test("leave what a writer elsewhere still holds")
    func heldElsewhere() throws {
        let path = folder.appending(path: "run").path
        let held = "\(path).\(try endedProcess()).tmp"
        let descriptor = open(held, O_WRONLY | O_CREAT, 0o644)
        defer { close(descriptor) }
        #expect(flock(descriptor, LOCK_SH) == 0)
        try DurableFile.write(to: path) { try $0.append("new") }
        #expect(FileManager.default.fileExists(atPath: held))
    }

    @Test("name the path when the folder is missing")
    func missingFolder() {
        let path = folder.appending(path: "none/c.txt").path
        #expect(throws: FileError("write", path, code: ENOENT)) {
            try DurableFile.write(to: path) { try $0.append("x") }
        }
    }

    @Test("name the path when the disk is full")
    func diskFull() throws {
        // /dev/full answers every write with ENOSPC; the temporary name is made a link to it.
        let path = folder.appending(path: "d.txt").path
        try FileManager.default.createSymbolicLink(
            atPath: "\(path).\(getpid()).tmp", withDestinationPath: "/dev/full")
        #expect(throws: FileError("write", path, code: ENOSPC)) {
            try DurableFile.write(to: path) { try $0.append("x") }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
