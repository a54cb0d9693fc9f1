// Errors of scripts as users read them.

import FoundationEssentials
import LuaHost
import NightjarRuntime

/// Renders an error: what happened, what to try, and the user's own lines that led to it.
public struct ErrorText {
    /// Folders whose frames are left out: the modules that belong to Nightjar.
    private let libraryFolders: [String]
    /// The text behind a frame's source that is no file, such as an earlier form at the prompt.
    private let text: (String) -> String?

    /// Creates a renderer.
    public init(libraryFolders: [String] = [], text: @escaping (String) -> String? = { _ in nil }) {
        self.libraryFolders = libraryFolders
        self.text = text
    }

    /// The error in full: message, hint, and the frames of scripts.
    public func full(_ error: LuaError) -> String {
        let frames = userFrames(error)
        return ([headline(error)] + lines(frames) + wrongLine(error)).joined(separator: "\n")
    }

    /// The error of a form just typed, which needs no trace when it is one line.
    ///
    /// `source` is what frames call the form.
    public func brief(_ error: LuaError, of form: String, source: String) -> String {
        var message = headline(error)
        if let position = message.prefixMatch(of: "\(source):"),
            let colon = message[position...].firstIndex(of: ":"),
            message[position..<colon].allSatisfy(\.isNumber)
        {
            message = String(message[colon...].dropFirst().drop { $0 == " " })
        }
        let frames = userFrames(error)
        let isPlain = frames.allSatisfy { $0.source == source && $0.name == nil }
        if isPlain && !form.contains("\n") { return message }
        return ([message] + lines(frames) + wrongLine(error)).joined(separator: "\n")
    }

    /// All frames, those of Nightjar itself too.
    public func trace(_ error: LuaError) -> String {
        ([headline(error)] + lines(error.trace)).joined(separator: "\n")
    }

    /// The local variables of the user's own calls when the error arose.
    public func locals(_ error: LuaError) -> String {
        let frames = userFrames(error).filter { $0.isScript }
        guard !frames.isEmpty else { return "the error arose outside of scripts" }
        return zip(frames, lines(frames)).map { frame, line in
            let width = frame.locals.map(\.name.count).max() ?? 0
            let rows = frame.locals.map { "    \(pad($0.name, width)) = \($0.text)" }
            return ([line] + (rows.isEmpty ? ["    no local variables"] : rows))
                .joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private func headline(_ error: LuaError) -> String {
        PrintableText.visible(error.message + (error.hint.map { "\n\($0)" } ?? ""))
    }

    /// The frames of the user's scripts; all, when the error arose outside of them.
    private func userFrames(_ error: LuaError) -> [TraceFrame] {
        let own = error.trace.filter { frame in
            guard frame.isScript else { return frame.source == "..." }
            return !libraryFolders.contains { frame.file?.hasPrefix($0 + "/") ?? false }
        }
        return own.contains(where: \.isScript) ? own : error.trace
    }

    /// Frames in columns: place, function, and the line of text.
    private func lines(_ frames: [TraceFrame]) -> [String] {
        let places = frames.map { frame in
            frame.line.map { "\(frame.source):\($0)" } ?? frame.source
        }
        let names = frames.map { "in \($0.name ?? "main chunk")" }
        let placeWidth = places.map(\.count).max() ?? 0
        let nameWidth = names.map(\.count).max() ?? 0
        return zip(frames, zip(places, names)).map { frame, columns in
            let place = pad(columns.0, placeWidth)
            guard let code = code(frame) else { return "  \(place)  \(columns.1)" }
            return "  \(place)  \(pad(columns.1, nameWidth))  | \(code)"
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// The line that is no Lua, of an error of syntax.
    private func wrongLine(_ error: LuaError) -> [String] {
        guard error.kind == .syntax, let place = error.message.firstMatch(of: #/^(.*?):(\d+): /#),
            let code = code(in: String(place.1), file: String(place.1), line: Int(place.2))
        else { return [] }
        return ["  \(place.1):\(place.2)  | \(code)"]
    }

    /// The line of text at which a frame stands.
    private func code(_ frame: TraceFrame) -> String? {
        code(in: frame.source, file: frame.file, line: frame.line)
    }

    private func code(in source: String, file: String?, line: Int?) -> String? {
        guard let line, line > 0 else { return nil }
        let read = { file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } }
        guard let all = text(source) ?? read() else { return nil }
        let lines = all.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count else { return nil }
        let code = lines[line - 1].drop { $0 == " " || $0 == "\t" }
        return PrintableText.visible(String(code).shortened(to: 100))
    }
}

extension String {
    /// Where the text goes on behind `prefix`, if it starts with it.
    fileprivate func prefixMatch(of prefix: String) -> Index? {
        hasPrefix(prefix) ? index(startIndex, offsetBy: prefix.count) : nil
    }
}
