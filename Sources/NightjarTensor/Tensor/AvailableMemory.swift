// How much memory can still be taken without the system ending the process.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The memory that the machine, or the container in which the process runs, has left.
///
/// Linux hands out more memory than there is and ends a process that uses it: a prompt would be gone
/// after one wrong size. So large blocks are refused before they are taken.
enum AvailableMemory {
    /// Bytes left now; nothing where the system does not tell.
    static var bytes: Int? {
        let machine = text(of: "/proc/meminfo").flatMap(available(in:))
        let limit = text(of: "/sys/fs/cgroup/memory.max").flatMap(number)
        let used = text(of: "/sys/fs/cgroup/memory.current").flatMap(number)
        guard let limit, let used else { return machine }
        let container = max(0, limit - used)
        return machine.map { min($0, container) } ?? container
    }

    /// The line `MemAvailable:   24145684 kB` of the kernel's report, in bytes.
    static func available(in report: String) -> Int? {
        let name = "MemAvailable:"
        guard let line = report.split(separator: "\n").first(where: { $0.hasPrefix(name) }),
            let kibibytes = line.dropFirst(name.count).split(separator: " ").first.flatMap({
                Int($0)
            }),
            kibibytes >= 0
        else { return nil }
        let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }

    /// The number in a file of one line; nothing for `max`, which means no limit.
    private static func number(_ text: String) -> Int? {
        text.split(separator: "\n").first.flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    private static func text(of path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // What is looked for stands in the first lines.
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
        }
    }
}
