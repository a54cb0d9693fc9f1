// Folders that are made where they are missing.

#if canImport(Glibc)
    import Glibc
#endif

/// Makes folders.
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
}
