import Foundation

/// A run of the fuzzer, from its start to its end.
struct FuzzRun {
    /// The exit status; the number of the signal when one ended it.
    let status: Int32
    /// Whether it ended by itself.
    let isWhole: Bool
    /// All that it said.
    let output: String

    /// The binary, which the package builds beside the tests.
    private static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "nightjar-fuzz")

    init(_ arguments: [String]) throws {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = Self.binary
        process.arguments = arguments
        // The report of a crash takes seconds; what ran is what matters.
        process.environment = ProcessInfo.processInfo.environment
            .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        isWhole = process.terminationReason == .exit
        output = String(decoding: data, as: UTF8.self)
    }

    /// A number from the environment, for longer runs and other seeds.
    static func setting(_ name: String, _ usual: Int) -> String {
        "\(ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual)"
    }
}
