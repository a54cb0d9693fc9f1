// Where a run keeps its files.

import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The folder of this run, in memory where the system has such a place: many thousand small files
/// would keep a disk busy.
enum Scratch {
    static var folder: URL {
        let memory = "/dev/shm"
        let parent =
            access(memory, W_OK) == 0
            ? URL(filePath: memory) : FileManager.default.temporaryDirectory
        return parent.appending(path: "nightjar-fuzz-\(getpid())")
    }
}
