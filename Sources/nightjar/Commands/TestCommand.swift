// nightjar test

import ArgumentParser
import Glibc
import LuaHost
import NightjarLua
import NightjarREPL
import NightjarRuntime

/// Runs the specs in a folder.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the specs of a folder: files named *_spec.lua.",
        discussion: """
            A spec has the verbs of busted: describe, it, before_each, after_each, pending, and \
            assert.equal, assert.same and others. Each file has a Lua state of its own. The exit code \
            is 1 when a case failed or there is no spec.
            """)

    @OptionGroup var limits: LimitOptions

    @Argument(help: "Folders, or spec files.")
    var paths = ["."]

    func run() throws {
        let console = Console.standard()
        let files = paths.flatMap { Self.specs(in: $0) }
        guard !files.isEmpty else {
            console.notice(
                "nightjar: no *_spec.lua in \(paths.joined(separator: ", ")); give their folder")
            throw ExitCode(1)
        }
        let runner = try ScriptRunner(limits.resolved(usual: .script))
        var total = SpecResult()
        for file in files {
            let result = try runner.run(spec: file)
            console.write(result.report(of: file))
            total.add(result)
        }
        if files.count > 1 { console.write(total.summary + "\n") }
        console.flush()
        if !total.failures.isEmpty { throw ExitCode(1) }
    }

    /// The spec files at or below a path, in the order of their names.
    private static func specs(in path: String) -> [String] {
        guard let folder = opendir(path) else { return access(path, R_OK) == 0 ? [path] : [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) {
                    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        let prefix = path == "." ? "" : path.hasSuffix("/") ? path : path + "/"
        return names.sorted().flatMap { name -> [String] in
            if name.hasSuffix("_spec.lua") { return [prefix + name] }
            // Hidden folders and links, which may lead in circles, are left out.
            var status = stat()
            guard !name.hasPrefix("."), lstat(prefix + name, &status) == 0,
                status.st_mode & S_IFMT == S_IFDIR
            else { return [] }
            return specs(in: prefix + name)
        }
    }
}

/// What the cases of specs gave.
struct SpecResult {
    var passed = 0
    var pending = 0
    var failures: [(name: String, message: String)] = []

    mutating func add(_ other: SpecResult) {
        passed += other.passed
        pending += other.pending
        failures += other.failures
    }

    /// One line with the counts.
    var summary: String {
        let waiting = pending > 0 ? ", \(pending) pending" : ""
        return "\(passed) passed, \(failures.count) failed\(waiting)"
    }

    /// The counts, and each failure with the line that it names.
    func report(of file: String) -> String {
        let failed = failures.map { failure in
            "  FAIL \(failure.name)\n    \(failure.message)\n" + Self.line(named: failure.message)
        }
        return "\(file): \(summary)\n" + failed.joined()
    }

    /// The line of the file that a message `FILE:LINE: …` begins with.
    private static func line(named message: String) -> String {
        let parts = message.split(separator: ":", maxSplits: 2)
        guard parts.count == 3, let number = Int(parts[1]), number > 0,
            let file = fopen(String(parts[0]), "re")
        else { return "" }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        for _ in 1...number where getline(&line, &capacity, file) <= 0 { return "" }
        guard let line else { return "" }
        let text = String(cString: line).drop { $0.isWhitespace }
        return "    \(number) | \(text.hasSuffix("\n") ? String(text) : text + "\n")"
    }
}
