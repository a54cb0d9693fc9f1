import Foundation

/// A script that was started with the input `typed`.
struct RunningScript {
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    private let process = Process()
    private let output = Pipe()
    private let errors: URL

    init(
        _ script: URL, _ arguments: [String], in current: URL, environment: [String: String]
    ) throws {
        // Standard error goes to a file, so that reading one pipe to its end cannot block.
        errors = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data().write(to: errors)
        let input = Pipe()
        process.executableURL = script
        process.arguments = arguments
        process.currentDirectoryURL = current
        process.environment = environment
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("typed".utf8))
        try input.fileHandleForWriting.close()
    }

    func outcome() throws -> Outcome {
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        defer { try? FileManager.default.removeItem(at: errors) }
        return Outcome(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}
