// Where the prompt keeps what outlives a session.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// The folder of the user's history and journals.
enum StateFolder {
    /// `nightjar` in `$XDG_STATE_HOME`, or in `~/.local/state`; nothing without a home.
    static var path: String? {
        if let folder = variable("XDG_STATE_HOME"), folder.hasPrefix("/") {
            return folder + "/nightjar"
        }
        return variable("HOME").map { $0 + "/.local/state/nightjar" }
    }

    /// Makes the folders above a file, for the user alone.
    ///
    /// - Throws: `FileError` when one cannot be made.
    static func makeParents(of file: String) throws(FileError) {
        guard let end = file.lastIndex(of: "/"), end > file.startIndex else { return }
        let folder = String(file[..<end])
        if access(folder, F_OK) == 0 { return }
        try makeParents(of: folder)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw FileError("make folder", folder, code: errno)
        }
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value[0] != 0 else { return nil }
        return String(cString: value)
    }
}
