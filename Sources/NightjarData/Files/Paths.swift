// Paths as text, and what stands there, without the start-up cost of Foundation.

#if canImport(Glibc)
    import Glibc
#endif

/// Paths with `/`, and what the file system says of them.
package enum Paths {
    /// What stands at a path.
    enum Kind { case file, folder, other }

    /// What stands at `path`, links followed; `nil` for nothing that can be seen.
    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// Names in a folder, sorted; empty for one that cannot be read.
    package static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// `name` in `folder`.
    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// The path without its last component; `.` when it has one only.
    static func folder(of path: String) -> String {
        guard let slash = trimmed(path).lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component of a path.
    static func lastName(of path: String) -> String {
        let path = trimmed(path)
        return path.lastIndex(of: "/").map { String(path[$0...].dropFirst()) } ?? path
    }

    /// The last component without what follows its last dot.
    static func stem(of path: String) -> String {
        let name = lastName(of: path)
        guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// A path without slashes at its end.
    private static func trimmed(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
