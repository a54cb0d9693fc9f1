import Foundation
import Testing

/// The command line under test, in a process of its own.
final class NightjarProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()
    /// What was read of the output so far.
    private(set) var seen = ""

    /// The binary, which the package builds beside the tests.
    static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "nightjar")

    /// Starts the binary, in a folder where that matters.
    init(
        _ arguments: [String], environment: [String: String] = [:], in folder: String? = nil
    ) throws {
        process.executableURL = Self.binary
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment
            .merging(["NIGHTJAR_PROGRESS": "0"]) { $1 }.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // A process that does not end must fail its test, not hold up all tests. What runs for half a
        // minute by itself takes many times as long beside all others on a busy machine.
        DispatchQueue.global().asyncAfter(deadline: .now() + 900) { [weak process] in
            if let process, process.isRunning {
                Foundation.kill(process.processIdentifier, SIGKILL)
            }
        }
    }

    deinit { if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) } }

    /// Sends text to the standard input.
    func type(_ text: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    /// Sends the signal of Ctrl-C.
    func interrupt() { process.interrupt() }

    /// Ends it at once.
    func kill() { Foundation.kill(process.processIdentifier, SIGKILL) }

    /// The processes that it started and that still run.
    var children: [pid_t] {
        let id = process.processIdentifier
        let list = try? String(
            contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8)
        return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
    }

    /// Reads output until it contains `text`; false when it ends without.
    func reads(_ text: String) -> Bool {
        while !seen.contains(text) {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return false }
            seen += String(decoding: data, as: UTF8.self)
        }
        return true
    }

    /// Closes the output, as `head` does when it has enough.
    func closeOutput() throws { try output.fileHandleForReading.close() }

    /// Ends the input, waits for the process, and gives its exit status and its errors.
    func finish() throws -> (status: Int32, errors: String) {
        try? input.fileHandleForWriting.close()
        if let rest = try? output.fileHandleForReading.readToEnd() {
            seen += String(decoding: rest, as: UTF8.self)
        }
        let errors = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: errors, as: UTF8.self))
    }

    /// Waits as ``finish()`` does, expects an exit status, and gives the errors.
    @discardableResult
    func expectEnd(
        status expected: Int32, at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let (status, errors) = try finish()
        #expect(status == expected, "\(seen)\(errors)", sourceLocation: location)
        return errors
    }
}

/// Everything about a run from its start to its end.
struct NightjarRun {
    let status: Int32
    let output: String
    let errors: String

    init(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) throws {
        let process = try NightjarProcess(arguments, environment: environment)
        try? process.type(input)
        (status, errors) = try process.finish()
        output = process.seen
    }

    /// Expects an exit status; a failure shows all that the program wrote.
    func expectEnd(status expected: Int32, at location: SourceLocation = #_sourceLocation) {
        #expect(status == expected, "\(output)\(errors)", sourceLocation: location)
    }
}
