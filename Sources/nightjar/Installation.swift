// Where the files beside the binary are.

import Glibc

/// The folders that belong to this copy of Nightjar.
enum Installation {
    /// Folders with Nightjar's own Lua modules: `stdlib` in `NIGHTJAR_HOME`, or in the nearest folder
    /// above the binary that has one.
    static let libraryFolders: [String] = {
        if let home = getenv("NIGHTJAR_HOME") { return [String(cString: home) + "/stdlib"] }
        guard var folder = binaryPath else { return [] }
        while let slash = folder.lastIndex(of: "/"), slash > folder.startIndex {
            folder = String(folder[..<slash])
            let candidate = folder + "/stdlib"
            if access(candidate + "/nightjar", R_OK) == 0 { return [candidate] }
        }
        return []
    }()

    private static var binaryPath: String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
