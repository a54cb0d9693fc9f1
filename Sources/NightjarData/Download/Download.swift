// A file from an address: resumed, repeated, checked.

import FoundationEssentials
import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// Fetches one file.
///
/// The body is written to `PATH.part`, which outlives errors, Ctrl-C and crashes; the next run goes
/// on where it ends. The file appears under its own name when it is whole and its checksum is right.
public struct Download: Sendable {
    /// Where to get it.
    public var address: String
    /// Where to put it.
    public var path: String
    /// What it must hash to, or `nil` when that is not known.
    public var checksum: Checksum?
    /// Requests in a row that may bring nothing before the download fails.
    public var attempts = 5
    /// Seconds before the second request; each later pause is twice as long.
    public var pause = 0.5
    /// Seconds without a byte after which a connection counts as broken.
    public var silence = 60.0

    /// Creates a download from `address` to `path`.
    public init(from address: String, to path: String, checksum: Checksum? = nil) {
        self.address = address
        self.path = path
        self.checksum = checksum
    }

    private var partPath: String { path + ".part" }
    /// File that keeps the identity of the body whose first bytes are in the part.
    private var tagPath: String { path + ".part.tag" }

    /// Fetches the file, unless it is there already and has the right checksum.
    ///
    /// - Throws: ``DownloadError``, `FileError` from the system, `Interrupted`; except after a wrong
    ///   checksum, what arrived is kept.
    public func run(_ progress: ProgressHandler? = nil) throws {
        guard let url = URL(string: address), ["http", "https"].contains(url.scheme ?? ""),
            url.host != nil
        else { throw DownloadError.badAddress(address) }
        if let checksum, Paths.kind(of: path) == .file,
            try Checksum(checksum.algorithm, ofFile: path) == checksum
        {
            return
        }
        let file = open(partPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw FileError("write", partPath, code: errno) }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw DownloadError.busy(path: path) }
        // Nothing is worth keeping of a download that brought nothing.
        defer { if lseek(file, 0, SEEK_END) == 0 { unlink(partPath) } }
        let wasResumed = try fetch(file, progress)
        var found = try partChecksum()
        if found != checksum, wasResumed {
            // Parts of two different bodies: the server gave no identity to tell them apart.
            try startAnew(file)
            _ = try fetch(file, progress)
            found = try partChecksum()
        }
        if let checksum, let found, found != checksum {
            unlink(partPath)
            unlink(tagPath)
            throw DownloadError.checksum(
                file: path, expected: checksum.description, found: found.description)
        }
        guard fsync(file) == 0, rename(partPath, path) == 0 else {
            throw FileError("write", path, code: errno)
        }
        unlink(tagPath)
    }

    /// Requests until the body is whole; says whether it came in several parts.
    private func fetch(_ file: Int32, _ progress: ProgressHandler?) throws -> Bool {
        var failures = 0
        var wasResumed = false
        var meter = Meter(task: "fetch \(Paths.lastName(of: path))")
        while true {
            try Interruption.check()
            let offset = try resumeOffset(of: file)
            wasResumed = wasResumed || offset > 0
            let end = try Transfer.run(
                address, to: file, partPath, from: offset, validator: tag(), silence: silence
            ) { try note($0, &meter, progress) }
            try note(end, &meter, progress)
            switch end.outcome ?? .broken("the connection was closed") {
            case .finished: return wasResumed
            case .unwritable(let error): throw error
            case .status(416):
                // There is nothing behind the part: it is the body already, or of another one.
                if checksum != nil, try partChecksum() == checksum { return wasResumed }
                try startAnew(file)
                failures += 1
                guard failures < attempts else {
                    throw DownloadError.refused(address: address, status: 416)
                }
            case .status(let status):
                failures += 1
                guard [408, 429, 500, 502, 503, 504].contains(status), failures < attempts else {
                    throw DownloadError.refused(address: address, status: status)
                }
            case .broken(let reason):
                failures = end.written > offset ? 1 : failures + 1
                guard failures < attempts else {
                    throw DownloadError.broken(address: address, reason: reason)
                }
            }
            try wait(pause * Double(1 << min(failures - 1, 6)))
        }
    }

    /// Where to go on: the end of the part, or its start if nothing can tell whether it fits.
    private func resumeOffset(of file: Int32) throws(FileError) -> Int {
        let canTell = checksum != nil || tag() != nil
        let end = canTell ? lseek(file, 0, SEEK_END) : lseek(file, 0, SEEK_SET)
        guard end >= 0, canTell || ftruncate(file, 0) == 0 else {
            throw FileError("write", partPath, code: errno)
        }
        return Int(end)
    }

    private func tag() -> String? {
        guard let text = try? String(contentsOfFile: tagPath, encoding: .utf8), !text.isEmpty else {
            return nil
        }
        return text
    }

    /// Keeps the identity of the body for a later run, and reports how far it is.
    private func note(
        _ state: Transfer.State, _ meter: inout Meter, _ progress: ProgressHandler?
    ) throws {
        if let validator = state.validator, validator != tag() {
            try DurableFile.write(to: tagPath) { try $0.append(validator) }
        }
        if let progress { progress(meter.report(state)) }
    }

    private func startAnew(_ file: Int32) throws(FileError) {
        unlink(tagPath)
        guard ftruncate(file, 0) == 0 else { throw FileError("write", partPath, code: errno) }
    }

    /// Sleeps, but not through Ctrl-C.
    private func wait(_ seconds: Double) throws(Interrupted) {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            try Interruption.check()
            usleep(UInt32(1e6 * min(0.05, max(0, seconds))))
        }
    }

    /// What the part hashes to; `nil` when there is nothing to compare it with.
    private func partChecksum() throws -> Checksum? {
        try checksum.map { try Checksum($0.algorithm, ofFile: partPath) }
    }
}

/// Bytes a second, from the states of a transfer.
private struct Meter {
    let task: String
    private let start = ContinuousClock.now
    private var first: Int?

    init(task: String) { self.task = task }

    mutating func report(_ state: Transfer.State) -> ProgressReport {
        // What an earlier run fetched does not make this one faster.
        let before = first ?? state.written
        first = min(before, state.written)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = seconds > 0 ? Double(state.written - before) / seconds : 0
        let left = rate > 0 && state.total > 0 ? Double(state.total - state.written) / rate : -1
        return ProgressReport(
            task: task, done: Double(state.written), total: Double(state.total), unit: "B",
            rate: max(0, rate), secondsLeft: max(-1, left))
    }
}
