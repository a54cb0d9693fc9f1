// Where damaged files are read.

import Foundation
import LuaHost
import NightjarData
import NightjarLua
import NightjarTensor

/// A folder and a Lua session, in which whole files are made and damaged ones are read.
final class FileWorld: @unchecked Sendable {
    /// A defect that a reader of damaged files shows.
    struct Mistake: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }

    let folder: URL
    let session: Session

    /// Uses a folder, which must be there.
    ///
    /// - Throws: When there is no memory for a state.
    init(_ folder: URL) throws {
        self.folder = folder
        session = try Session()
    }

    /// Runs Lua with a path as its argument, and drops what it gives.
    func run(_ text: String, _ path: String) throws {
        _ = try session.state.run(text, name: "=reader", arguments: [path])
    }

    // MARK: Whole files

    /// The files that nj.save makes of values with options.
    func saved(_ name: String, _ values: String..., options: [String]) throws -> [[UInt8]] {
        let path = folder.appending(path: name).path
        return try values.flatMap { value in
            try options.map { options in
                try run("nj.save(..., \(value), \(options))", path)
                return try bytes(path)
            }
        }
    }

    /// A checkpoint with digests, and one without: as earlier versions wrote them.
    func checkpoints() throws -> [[UInt8]] {
        let run = folder.appending(path: "run").path
        try self.run(
            """
            local log = nj.data.interactions{ users = { 1, 1, 1, 2, 2, 2 }, items = { 1, 2, 3, 2, 3, 1 } }
            nj.fit(nj.models.lstm{ items = 3, dim = 2, hidden = 2 },
              log:whole():windows{ length = 3 },
              { epochs = 1, checkpoint = { dir = ..., every = 1, best = false, overwrite = true } })
            """, run)
        let whole = try bytes(run + "/last.safetensors")
        return [whole, Self.replacing("nightjar.sha256", by: "unknown.sha256_", in: whole)]
    }

    /// Saved sessions with values of each kind.
    func savedSessions() throws -> [[UInt8]] {
        let path = folder.appending(path: "saved.safetensors").path
        try? FileManager.default.removeItem(atPath: path)
        try run(
            """
            tree = { 1, 2.5, "x", true, { deep = {} }, [false] = "\\xff", nan = 0/0 }
            tree.self = tree
            weights = nj.tensor{ { 1, 2 }, { 3, 4 } }
            net = nj.models.lstm{ items = 3, dim = 2, hidden = 2 }
            """, path)
        let names = ["tree", "weights", "net"]
        let values = try names.map { (name: $0, value: try session.state.globals.get($0)) }
        _ = try SavedSession.write(values, of: session.state, to: path)
        return [try bytes(path)]
    }

    /// Reads a saved session; what it sets is dropped.
    func restoreSession(_ path: String) throws {
        for name in try SavedSession.read(path, into: session.state) {
            _ = session.state.describe(try session.state.globals.get(name))
            guard !["nj", "_G", "print"].contains(name) else { continue }
            try session.state.globals.set(name, to: nil as Int?)
        }
    }

    /// Unpacks an archive; what it leaves must stand below the folder for it.
    func unpack(_ path: String) throws {
        let target = folder.appending(path: "unpacked")
        try? FileManager.default.removeItem(at: target)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        defer {
            if (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) ?? 9 > 2 {
                LastWords.fail("an archive wrote beside its folder")
            }
        }
        try Archive.unpack(path, into: target.path, limit: 1 << 16)
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    /// Replaces a text by one of the same length, so that no offset changes.
    private static func replacing(_ old: String, by new: String, in bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        let (old, new) = (Array(old.utf8), Array(new.utf8))
        for start in 0..<max(0, bytes.count - old.count)
        where bytes[start..<start + old.count].elementsEqual(old) {
            result.replaceSubrange(start..<start + old.count, with: new)
        }
        return result
    }
}
