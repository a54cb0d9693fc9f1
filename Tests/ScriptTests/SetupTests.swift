import Foundation
import Testing

@Suite("scripts/nightjar")
struct SetupTests {
    let checkout: FakeCheckout

    init() throws { checkout = try FakeCheckout() }

    private var build: String {
        "swift build --package-path \(checkout.root.path) -c release --static-swift-stdlib"
            + " --product nightjar"
    }

    /// Requires what the stand-in program prints, and how it exits.
    private func expectProgramRan(
        _ outcome: RunningScript.Outcome, arguments: String = "", in folder: URL? = nil,
        at location: SourceLocation = #_sourceLocation
    ) {
        let folder = (folder ?? checkout.folder).path
        #expect(outcome.status == 7, sourceLocation: location)
        #expect(
            outcome.output
                == "arguments: \(arguments); folder: \(folder); home: \(checkout.root.path);"
                + " input: typed\n",
            sourceLocation: location)
    }

    @Test("builds at the first start only, and hands over everything of the user's")
    func first() throws {
        let first = try checkout.run(nil, ["run", "a b.lua"])
        expectProgramRan(first, arguments: "run a b.lua")
        #expect(first.errors.contains("compiling"))
        let second = try checkout.run(nil, ["--help"])
        expectProgramRan(second, arguments: "--help")
        #expect(second.errors == "")
        #expect(try checkout.log() == [build])
    }

    @Test("works through a link from any folder")
    func link() throws {
        let elsewhere = checkout.folder.appending(path: "else where")
        try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
        let link = elsewhere.appending(path: "nj")
        try FileManager.default.createSymbolicLink(
            at: link, withDestinationURL: checkout.root.appending(path: "scripts/nightjar"))
        expectProgramRan(try checkout.run(link, in: elsewhere), in: elsewhere)
    }

    @Test("builds again when a source was changed, added, removed or put back with its old date")
    func stale() throws {
        let main = checkout.root.appending(path: "Sources/main.swift")
        let extra = checkout.root.appending(path: "Sources/extra.swift")
        let kept = checkout.folder.appending(path: "kept.swift")
        try FileManager.default.copyItem(at: main, to: kept)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: kept.path)
        let changes: [() throws -> Void] = [
            {},
            { try checkout.write("project/Sources/main.swift", "changed") },
            { try checkout.write("project/Sources/extra.swift", "") },
            { try FileManager.default.removeItem(at: extra) },
            { try FileManager.default.removeItem(at: main) },
            { try FileManager.default.moveItem(at: kept, to: main) },
            { try checkout.write("project/Package.swift", "changed") },
        ]
        for (number, change) in changes.enumerated() {
            try change()
            for _ in 0..<2 { expectProgramRan(try checkout.run()) }
            #expect(try checkout.log().count == number + 1)
        }
    }

    @Test("sets up again when a shared library has gone, as after moving to another machine")
    func lostLibrary() throws {
        _ = try checkout.run()
        try FileManager.default.removeItem(at: checkout.folder.appending(path: "library.so"))
        _ = try checkout.run()
        #expect(try checkout.log() == [build, build])
    }

    @Test("installs exactly what is missing, and says nothing on standard output")
    func missingPackage() throws {
        try checkout.write("missing", "lua5.4\n")
        let outcome = try checkout.run()
        expectProgramRan(outcome)
        #expect(outcome.errors.contains("installing liblua5.4-dev"))
        let calls = try checkout.log()
        #expect(calls.count == 2)
        #expect(calls[0].hasSuffix(" install -y --no-install-recommends liblua5.4-dev"))
        #expect(calls[1] == build)
    }

    @Test("names the line to run when it cannot install")
    func cannotInstall() throws {
        try checkout.write("missing", "lua5.4\nlibarchive\nnettle\nsqlite3\n")
        try checkout.tool("apt-get", "exit 100")
        try checkout.tool("sudo", "exit 1")
        let outcome = try checkout.run()
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(
            outcome.errors.contains(
                "apt-get install -y liblua5.4-dev libarchive-dev nettle-dev libsqlite3-dev\n"))
        #expect(try checkout.log() == [])
    }

    @Test("does not run an old program when the build fails, and tries again next time")
    func failedBuild() throws {
        _ = try checkout.run()
        try checkout.write("project/Sources/main.swift", "broken")
        let compiler = checkout.folder.appending(path: "tools/swift")
        let working = try String(contentsOf: compiler, encoding: .utf8)
        try checkout.tool("swift", "echo 'error: broken'; exit 1")
        let outcome = try checkout.run()
        #expect(outcome.status == 1)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("error: broken"))
        try checkout.write("tools/swift", working, mode: 0o755)
        expectProgramRan(try checkout.run())
    }

    @Test("starts at the same time share one build")
    func concurrent() throws {
        let running = try (0..<4).map { try checkout.start(nil, ["\($0)"]) }
        for (number, script) in running.enumerated() {
            expectProgramRan(try script.outcome(), arguments: "\(number)")
        }
        #expect(try checkout.log() == [build])
    }
}
