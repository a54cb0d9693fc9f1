import Foundation

/// A run of the fuzzer, from its start to its end.
///
/// Its binary also repeats one round: `.build/debug/nightjar-fuzz calls --help`.
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

    /// Removes the folder that a run leaves with the record of the round that it died in.
    func removeRecord() throws {
        let record = output.firstMatch(of: #/record in (\S+)/#)?.1
        guard let record else { return }
        try FileManager.default.removeItem(
            at: URL(filePath: String(record)).deletingLastPathComponent())
    }

    /// A run of many cases, more or other ones if the environment says so: `NIGHTJAR_FUZZ_CALLS` and
    /// `NIGHTJAR_FUZZ_INPUTS`, and `NIGHTJAR_FUZZ_SEED`.
    static func ofMany(_ cases: String, _ usual: Int, _ arguments: [String]) throws -> FuzzRun {
        func setting(_ name: String, _ usual: Int) -> String {
            let asked = ProcessInfo.processInfo.environment["NIGHTJAR_FUZZ_" + name.uppercased()]
            return "\(asked.flatMap { Int($0) } ?? usual)"
        }
        return try FuzzRun(
            arguments + ["--\(cases)", setting(cases, usual), "--seed", setting("seed", 1)])
    }
}
