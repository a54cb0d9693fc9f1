// Whether a folder is shared with other machines.

#if canImport(Glibc)
    import Glibc
#endif

/// What holds the files of a folder.
enum FileSystemKind {
    /// Whether the folder may be shared with other machines.
    ///
    /// SQLite's write-ahead log lives in memory that the processes of one machine share, so it cannot
    /// be used there.
    static func isShared(_ folder: String) -> Bool {
        var status = stat()
        guard stat(folder, &status) == 0 else { return false }
        // As the kernel lists mounts: two numbers, whose bits lie scattered in one.
        let device = UInt64(status.st_dev)
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF
        return type(ofDevice: "\(major):\(minor)").map(isShared(type:)) ?? false
    }

    /// Whether a type of file system is one that several machines can have mounted.
    static func isShared(type: String) -> Bool {
        shared.contains(type) || type.hasPrefix("fuse.")
    }

    private static let shared: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "9p", "virtiofs", "fuse", "ceph", "lustre", "gpfs", "beegfs",
        "afs", "gfs2", "ocfs2", "orangefs",
    ]

    /// The type of the file system on a device, from lines such as
    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext4 /dev/root rw`.
    private static func type(ofDevice device: String) -> String? {
        guard let file = fopen("/proc/self/mountinfo", "re") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let start = line {
            let words = String(cString: start).split(separator: " ")
            guard words.count > 3, words[2] == device,
                let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            return String(words[dash + 1])
        }
        return nil
    }
}
