// Folders: made where they are missing, and what is in them.

#if canImport(Glibc)
    import Glibc
#endif

/// Makes folders and looks into them.
package enum Folders {
    /// Makes the folder at `path` and those above it that are missing.
    ///
    /// - Throws: ``FileError`` when one cannot be made.
    package static func make(_ path: String) throws(FileError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
            let folder = String(path[..<end])
            guard mkdir(folder, 0o755) != 0 else { continue }
            let code = errno
            guard code == EEXIST || access(folder, F_OK) == 0 else {
                throw FileError("write", path, code: code)
            }
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
}
