// Paths of files, half written.

#if canImport(Glibc)
    import Glibc
#endif

/// Completes paths of files and folders.
enum FilePaths {
    /// Entries of a folder that are looked at.
    private static let mostEntries = 5_000

    /// A path with the user's home folder for a leading `~`, as the shell reads it.
    static func expanded(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME"), home[0] != 0 else {
            return path
        }
        return String(cString: home) + path.dropFirst()
    }

    /// The entries with which a half-written path, which ends at `position`, can go on.
    static func completion(_ path: String, endingAt position: Int) -> Completion {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let candidates = entries(of: folder)
            .filter { $0.name.hasPrefix(name) && (name.hasPrefix(".") || !$0.name.hasPrefix(".")) }
            .map { Candidate($0.isFolder ? $0.name + "/" : $0.name) }
            .sorted { $0.text < $1.text }
        return Completion(range: position - name.count..<position, candidates: candidates)
    }

    /// Names in a folder, and which of them are folders; none if it cannot be read.
    static func entries(of folder: String) -> [(name: String, isFolder: Bool)] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var entries: [(name: String, isFolder: Bool)] = []
        while entries.count < mostEntries, let entry = readdir(handle) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name, name != ".", name != ".." else { continue }
            let type = Int(entry.pointee.d_type)
            entries.append((name, type == DT_DIR || (type != DT_REG && isFolder(folder, name))))
        }
        return entries
    }

    /// Whether an entry leads to a folder, also through a link.
    private static func isFolder(_ folder: String, _ name: String) -> Bool {
        var status = stat()
        return stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
