import Foundation

/// A temporary folder for the scripts and files of a test, which goes with it.
final class ScriptFolder {
    private let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        .resolvingSymlinksInPath()

    init() throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    var path: String { url.path }

    /// The path of a file or folder in this one.
    func path(of name: String) -> String { url.appending(path: name).path }

    /// Writes a file, makes the folders above it, and gives its path.
    @discardableResult
    func write(_ text: String, to name: String = "script.lua") throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
