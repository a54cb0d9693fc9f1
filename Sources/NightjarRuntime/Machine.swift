// What a run's record says of the machine, because results are the same bytes on the same one only.

#if canImport(Glibc)
    import Glibc
#endif

/// The machine that a computation runs on.
public struct Machine: Sendable, Equatable, Codable {
    /// Name of the processor, such as `Intel(R) Xeon(R) Platinum 8481C`.
    public let processor: String
    /// Number of threads that computations use.
    public let threads: Int

    /// Creates a description, such as one read from a file.
    public init(processor: String, threads: Int) {
        self.processor = processor
        self.threads = threads
    }

    /// This machine.
    public static let current = Machine(
        processor: processorName() ?? architecture(), threads: Workers.count)

    /// Bytes of memory that the machine has, or the container if that may take less; nothing where the
    /// system does not tell.
    public static var memory: Int? {
        let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
        guard pages > 0, size > 0 else { return nil }
        let machine = pages.multipliedReportingOverflow(by: size).partialValue
        guard let file = fopen("/sys/fs/cgroup/memory.max", "re") else { return machine }
        defer { fclose(file) }
        var limit = 0
        let found = withUnsafeMutablePointer(to: &limit) { limit in
            withVaList([limit]) { vfscanf(file, "%ld", $0) }
        }
        return found == 1 && limit > 0 ? min(machine, limit) : machine
    }

    /// The first processor's name as Linux gives it; not every architecture has one.
    private static func processorName() -> String? {
        guard let file = fopen("/proc/cpuinfo", "re") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let start = line {
            let parts = String(cString: start).split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].hasPrefix("model name") else { continue }
            return parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return nil
    }

    private static func architecture() -> String {
        var system = utsname()
        guard uname(&system) == 0 else { return "unknown" }
        return withUnsafeBytes(of: system.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
