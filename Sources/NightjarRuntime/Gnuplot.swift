// Pictures by gnuplot, from numbers and names alone.

#if canImport(Glibc)
    import Glibc
#endif

/// Draws pictures into files with the program gnuplot.
///
/// A gnuplot script can run commands of the shell, so callers never write one: they give numbers and
/// names, and every name is quoted here.
public enum Gnuplot {
    /// What can go wrong with a picture.
    public enum Failure: Error, Equatable, Sendable {
        /// The program is not installed.
        case missing
        /// A file's name ends in nothing that can be drawn.
        case format(String)
        /// Columns differ in length, or there is nothing to draw.
        case shape(String)
        /// The program gave up.
        case failed(code: Int32, file: String)
    }

    /// A curve, with a band around it where low and high are given.
    public struct Curve: Sendable {
        let name: String
        let columns: [[Double]]

        /// Creates a curve.
        ///
        /// - Throws: ``Failure/shape(_:)`` when columns differ in length.
        public init(
            name: String, x: [Double], y: [Double], low: [Double] = [], high: [Double] = []
        ) throws(Failure) {
            columns = low.isEmpty && high.isEmpty ? [x, y] : [x, y, low, high]
            self.name = name
            guard !x.isEmpty, columns.allSatisfy({ $0.count == x.count }) else {
                throw .shape(
                    "the columns of curve '\(name)' have \(columns.map(\.count)) values. Give as many"
                        + " in each, at least one.")
            }
        }
    }

    /// What stands around a picture.
    public struct Frame: Sendable {
        /// Text above it.
        public var title = ""
        /// What goes to the right.
        public var x = ""
        /// What goes up.
        public var y = ""

        /// Creates a frame without texts.
        public init() {}
    }

    /// Draws curves.
    ///
    /// - Throws: ``Failure``.
    public static func draw(_ curves: [Curve], _ frame: Frame, to file: String) throws {
        guard !curves.isEmpty else { throw Failure.shape("there is no curve to draw. Give one.") }
        var script =
            frame.script + "set key outside\nset style fill transparent solid 0.2 noborder\n"
        var parts: [String] = []
        for (place, curve) in curves.enumerated() {
            script += block("data\(place)", curve.columns)
            if curve.columns.count == 4 {
                parts.append("$data\(place) using 1:3:4 with filledcurves lc \(place + 1) notitle")
            }
            parts.append(
                "$data\(place) using 1:2 with linespoints lc \(place + 1)"
                    + " title \(quoted(curve.name))")
        }
        script += "plot \(parts.joined(separator: ", \\\n  "))\n"
        try run(script, height: 540, to: file)
    }

    /// Draws values with intervals, one below the other, and a line at 0.
    ///
    /// - Throws: ``Failure``.
    public static func draw(
        intervals names: [String], values: [Double], low: [Double], high: [Double],
        _ frame: Frame, to file: String
    ) throws {
        let counts = [names.count, values.count, low.count, high.count]
        guard !names.isEmpty, Set(counts).count == 1 else {
            throw Failure.shape(
                "names, values, low and high have \(counts) elements. Give as many of each, at least"
                    + " one.")
        }
        let tics = names.enumerated().map { "\(quoted($1)) \($0 + 1)" }.joined(separator: ", ")
        let places = names.indices.map { Double($0 + 1) }
        let script =
            frame.script
                + """
                unset key
                set grid x
                set yrange [\(names.count).5:0.5]
                set ytics (\(tics))
                set arrow from 0, graph 0 to 0, graph 1 nohead dashtype 2
                \(block("data0", [values, places, low, high]))\
                plot $data0 using 1:2:3:4 with xerrorbars pointtype 7

                """
        try run(script, height: 120 + 24 * min(names.count, 400), to: file)
    }

    // MARK: - The program

    private static func run(_ commands: String, height: Int, to file: String) throws {
        let terminals = ["svg": "svg background 'white'", "png": "pngcairo", "pdf": "pdfcairo"]
        let ending = file.split(separator: ".").last.map { $0.lowercased() } ?? ""
        guard file.contains("."), let terminal = terminals[ending] else {
            throw Failure.format(file)
        }
        let size = ending == "pdf" ? "9in,\(Double(height) / 100)in" : "900,\(height)"
        // A name that begins with a bar would be a command to gnuplot.
        let target = file.hasPrefix("/") ? file : "./" + file
        let script =
            "set terminal \(terminal) noenhanced size \(size)\nset output \(quoted(target))\n"
            + commands + "set output\n"
        var path = Array("/tmp/nightjar-plot-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw FileError("write", "/tmp", code: errno) }
        defer {
            close(descriptor)
            unlink(path)
        }
        guard let stream = fdopen(dup(descriptor), "w") else {
            throw FileError("write", "/tmp", code: errno)
        }
        fputs(script, stream)
        guard fclose(stream) == 0 else { throw FileError("write", "/tmp", code: errno) }
        let code = try spawn(path)
        guard code == 0 else { throw Failure.failed(code: code, file: file) }
    }

    /// Runs gnuplot on a script, silently, and gives its exit code.
    private static func spawn(_ script: [CChar]) throws(Failure) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
        var process: pid_t = 0
        let arguments = [
            strdup("gnuplot"),
            script.withUnsafeBufferPointer {
                $0.baseAddress.flatMap { strdup($0) }
            },
        ]
        defer { for argument in arguments { free(argument) } }
        let result = posix_spawnp(&process, "gnuplot", &actions, nil, arguments + [nil], environ)
        guard result == 0 else { throw .missing }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return -1 }
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// Numbers as a block of data.
    private static func block(_ name: String, _ columns: [[Double]]) -> String {
        let rows = (columns.first ?? []).indices.map { row in
            columns.map { $0[row].isFinite ? "\($0[row])" : "NaN" }.joined(separator: " ")
        }
        return "$\(name) << END\n\(rows.joined(separator: "\n"))\nEND\n"
    }

    /// A text that gnuplot takes as it is.
    static func quoted(_ text: String) -> String {
        let plain = text.unicodeScalars.map { scalar -> String in
            if scalar == "'" { return "''" }
            return scalar.value < 32 || scalar.value == 127 ? " " : String(scalar)
        }
        return "'\(plain.joined())'"
    }
}

extension Gnuplot.Frame {
    fileprivate var script: String {
        """
        set title \(Gnuplot.quoted(title))
        set xlabel \(Gnuplot.quoted(x))
        set ylabel \(Gnuplot.quoted(y))

        """
    }
}

extension Gnuplot.Failure: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .missing:
            "gnuplot is not installed, so there are no pictures. Run: apt-get install gnuplot-nox"
        case .format(let file):
            "'\(file)' does not say what to draw. Let it end in .svg, .png or .pdf."
        case .shape(let problem): problem
        case .failed(let code, let file):
            "gnuplot ended with code \(code) and '\(file)' was not drawn. Check that its folder exists"
                + " and can be written to."
        }
    }
}
