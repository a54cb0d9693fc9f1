import Foundation

@testable import NightjarData

/// A folder for the files of one test, removed with the last reference to it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `text` to a file, with the folders on the way, and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try write(name, Array(text.utf8))
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = Paths.join(path, name)
        try FileManager.default.createDirectory(
            atPath: Paths.folder(of: file), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}

/// Real data sets for tests that need them: the folder in `NIGHTJAR_DATA`, if it has `name`.
func realData(_ name: String) -> String? {
    guard let folder = ProcessInfo.processInfo.environment["NIGHTJAR_DATA"] else { return nil }
    let path = Paths.join(folder, name)
    return FileManager.default.fileExists(atPath: path) ? path : nil
}
