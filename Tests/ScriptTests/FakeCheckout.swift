import Foundation

/// A copy of the set-up scripts beside one source file, on a machine whose compiler and package
/// manager are small stand-ins that log their calls.
final class FakeCheckout: Sendable {
    let folder: URL
    var root: URL { folder.appending(path: "project") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            .resolvingSymlinksInPath()
        let scripts = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "scripts")
        let files = FileManager.default
        try files.createDirectory(
            at: root.appending(path: "scripts"), withIntermediateDirectories: true)
        for name in ["nightjar", "lib"] {
            try files.copyItem(
                at: scripts.appending(path: name), to: root.appending(path: "scripts/\(name)"))
        }
        try write("project/Package.swift", "")
        try write("project/Sources/main.swift", "")
        try write("library.so", "")
        try tool(
            "swift",
            """
            echo "swift $*" >>"\(folder.path)/log"
            sleep 0.2
            echo "compiling"
            mkdir -p "\(root.path)/.build/release"
            cp "\(folder.path)/program" "\(root.path)/.build/release/nightjar"
            """)
        try write(
            "program",
            """
            #!/bin/sh
            echo "arguments: $*; folder: $(pwd -P); home: $NIGHTJAR_HOME; input: $(cat)"
            exit 7
            """, mode: 0o755)
        try tool("ldd", "echo '  library.so => \(folder.path)/library.so (0x1)'")
        try tool(
            "ldconfig", "echo '  libopenblas.so.0 (libc6,x86-64) => \(folder.path)/library.so'")
        // Fails for what is listed as missing.
        try tool("pkg-config", "! grep -qx -- \"$2\" \"\(folder.path)/missing\"")
        try tool(
            "apt-get",
            """
            echo "apt-get $*" >>"\(folder.path)/log"
            echo "reading package lists"
            : >"\(folder.path)/missing"
            """)
        try tool("sudo", "[ \"$1\" = -n ] && exit 0; exec \"$@\"")
        try write("missing", "")
        try write("log", "")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ path: String, _ text: String, mode: Int = 0o644) throws {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: file.path)
    }

    /// Puts a shell script in front of the system's own command of this name.
    func tool(_ name: String, _ body: String) throws {
        try write("tools/\(name)", "#!/bin/sh\n\(body)\n", mode: 0o755)
    }

    /// The calls of the stand-ins so far.
    func log() throws -> [String] {
        try String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
    }

    /// Starts a script, `scripts/nightjar` if none is given, with the input `typed`.
    func start(
        _ script: URL? = nil, _ arguments: [String] = [], in current: URL? = nil
    ) throws -> RunningScript {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try RunningScript(
            script ?? root.appending(path: "scripts/nightjar"), arguments,
            in: current ?? folder,
            environment: ["PATH": "\(folder.path)/tools:\(path)", "HOME": folder.path])
    }

    func run(
        _ script: URL? = nil, _ arguments: [String] = [], in current: URL? = nil
    ) throws -> RunningScript.Outcome {
        try start(script, arguments, in: current).outcome()
    }
}
