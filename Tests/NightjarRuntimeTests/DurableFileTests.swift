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
