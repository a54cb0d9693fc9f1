import Foundation
import Testing

@Suite("Output that cannot be written")
struct OutputTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    /// Runs a line of the shell, in which `nightjar` is the binary.
    private func shell(_ line: String) throws -> RunningScript.Outcome {
        let binary = NightjarProcess.binary.path
        return try RunningScript(
            URL(filePath: "/bin/sh"), ["-c", "nightjar() { '\(binary)' \"$@\"; }\n\(line)"],
            in: URL(filePath: folder.path), environment: ProcessInfo.processInfo.environment
        ).outcome()
    }

    private static func message(_ reason: String) -> String {
        "nightjar: the output could not be written: \(reason); send it elsewhere\n"
    }

    private static let full = message("No space left on device")
    private static let closed = message("Bad file descriptor")

    @Test(
        "is told once, with the system's reason, and the exit status is not 0",
        arguments: [
            ("nightjar -e 'print(1)' -e 'print(2)' > /dev/full", 1, full),
            ("nightjar -e '1 + 1' > /dev/full", 1, full),
            ("nightjar -e 'print(1) os.exit(3)' > /dev/full", 3, full),
            ("nightjar -e 'print(1)' >&-", 1, closed),
            ("echo 'print(1)' | nightjar > /dev/full", 1, full),
            ("echo 'print(1)' > x.lua; nightjar run x.lua > /dev/full", 1, full),
            ("echo 'print(1)' > x.lua; nightjar run --isolate x.lua >&-", 1, closed),
            ("nightjar docs > /dev/full", 1, full),
            ("nightjar meta >&-", 1, closed),
            ("nightjar data list > /dev/full", 1, full),
            ("nightjar doctor > /dev/full", 1, full),
            ("nightjar --help > /dev/full", 1, full),
        ] as [(String, Int32, String)])
    func loss(_ line: String, _ status: Int32, _ message: String) throws {
        let outcome = try shell(line)
        #expect(outcome.errors == message)
        #expect(outcome.status == status)
    }

    @Test("is no loss where there is none", arguments: ["> /dev/full", ">&-", "<&-"])
    func nothingToWrite(_ streams: String) throws {
        let outcome = try shell("nightjar -e 'x = 1' \(streams)")
        #expect(outcome.errors == "")
        #expect(outcome.status == 0)
    }

    @Test("is an answer of io.write and io.flush, by Lua's rule")
    func answers() throws {
        let outcome = try shell(
            """
            nightjar -e 'io.write(1) a = { io.flush() } b = { io.stdout:write(("x"):rep(1e6)) }' \
            -e 'io.stderr:write(#a, a[2], a[3], #b, b[2], b[3])' > /dev/full
            """)
        let answer = "3No space left on device28"
        #expect(outcome.errors == Self.full + answer + answer)
    }

    @Test("does not go to a file that a script opens instead")
    func place() throws {
        let outcome = try shell(
            """
            nightjar -e 'f = io.open("kept", "w") print("lost") io.flush() f:write("kept")' >&-
            cat kept
            """)
        #expect(outcome.output == "kept")
    }

    @Test("does not hide why a script failed")
    func failure() throws {
        let outcome = try shell("nightjar -e 'print(1) error(\"broken\", 0)' > /dev/full")
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix(Self.full + "nightjar: broken\n"))
    }
}
