// The store of recorded runs: a folder with a database and files.

import GRDB
import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// Recorded runs in a folder: `nightjar.db`, and `artifacts` with a folder for each run.
///
/// Any number of processes may record into one store at a time; each change is one transaction. The
/// database opens in any SQLite browser.
///
///     let store = try RunStore(folder: "runs")
///     let run = try store.start(RunDescription(experiment: "lstm", parameters: [("dim", "64")]))
///     try run.log(["loss": 5.91], step: 1)
///     try run.finish()
public final class RunStore: Sendable {
    /// The folder as the user gave it.
    public let folder: String
    /// Whether the store can be read only.
    public let isReadOnly: Bool
    let path: String
    let connection: DatabaseQueue
    private let mark = Mutex<ProcessMark?>(nil)
    /// Dead processes whose runs cannot be marked as the store can be read only.
    private let knownDead = Mutex<Set<String>>([])
    private let recording = Mutex<[String: Run]>([:])

    /// The file of the database.
    public static let fileName = "nightjar.db"

    /// The folder that `NIGHTJAR_RUNS` names, or `runs` in the working folder.
    public static var usualFolder: String {
        guard let value = getenv("NIGHTJAR_RUNS"), value[0] != 0 else { return "runs" }
        return String(cString: value)
    }

    /// Opens the store in `folder`.
    ///
    /// - Parameters:
    ///   - folder: where the store is.
    ///   - makes: whether a store is made where there is none.
    /// - Throws: ``RunStoreError``, or `FileError` when the folder cannot be made.
    public init(folder: String, makes: Bool = true) throws {
        self.folder = folder
        path = "\(folder)/\(Self.fileName)"
        let exists = access(path, F_OK) == 0
        guard exists || makes else { throw RunStoreError.noStore(folder: folder) }
        if !exists { try Folders.make(folder) }
        let isWritable = access(folder, W_OK) == 0 && (!exists || access(path, W_OK) == 0)
        guard exists || isWritable else { throw RunStoreError.readOnly(path: path) }
        isReadOnly = !isWritable
        do {
            connection =
                try isWritable ? Self.connect(path, in: folder) : Self.connectReading(path)
        } catch let error as DatabaseError {
            throw RunStoreError(error, path: path)
        }
        try closeDeadRuns()
    }

    /// Whether the database is still where it was opened.
    public var isThere: Bool { access(path, F_OK) == 0 }

    // MARK: - Connection

    private static func connect(_ path: String, in folder: String) throws -> DatabaseQueue {
        var configuration = configuration
        let isShared = FileSystemKind.isShared(folder)
        if !isShared { configuration.journalMode = .wal }
        configuration.prepareDatabase { database in
            // With the write-ahead log this is safe against the death of the process; a power cut
            // may take the last transactions, never the database.
            if !isShared { try database.execute(sql: "PRAGMA synchronous = NORMAL") }
        }
        let connection = try DatabaseQueue(path: plain(path), configuration: configuration)
        try connection.write { try RunTables.make($0, path: path) }
        return connection
    }

    private static func connectReading(_ path: String) throws -> DatabaseQueue {
        var configuration = configuration
        configuration.readonly = true
        do {
            let connection = try DatabaseQueue(path: plain(path), configuration: configuration)
            try connection.read { try RunTables.check($0, path: path) }
            return connection
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode.primaryResultCode)
            && access("\(path)-wal", F_OK) != 0
        {
            // The log of a database that nobody has open is made anew at opening, which a folder
            // that cannot be written to forbids. Nobody is writing either, so there is no need of it.
            let connection = try DatabaseQueue(
                path: "file:\(escaped(path))?immutable=1", configuration: configuration)
            try connection.read { try RunTables.check($0, path: path) }
            return connection
        }
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .callback { tries in
            // Ctrl-C ends the wait, but not at once: runs that end at the same press meet here.
            guard tries < 3000, tries < 300 || !Interruption.isRequested else { return false }
            usleep(10_000)
            return true
        }
        // The file may come from anybody; nothing in it is to be run.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return configuration
    }

    /// The path as SQLite takes it for a path, whatever it begins with.
    private static func plain(_ path: String) -> String {
        path.hasPrefix("/") ? path : "./\(path)"
    }

    /// The path in a URI.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            let isSafe = byte > 0x20 && byte < 0x7F && !"%?#".utf8.contains(byte)
            if isSafe { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }

    /// Reads in one transaction, so that everything read belongs together.
    ///
    /// - Throws: ``RunStoreError``, and what `body` throws.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        do {
            return try connection.read(body)
        } catch let error as DatabaseError {
            throw RunStoreError(error, path: path)
        }
    }

    /// Changes the store in one transaction, wholly or not at all.
    ///
    /// - Throws: ``RunStoreError``, and what `body` throws.
    @discardableResult
    func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
        if isReadOnly { throw RunStoreError.readOnly(path: path) }
        do {
            return try connection.write(body)
        } catch let error as DatabaseError {
            throw RunStoreError(error, path: path)
        }
    }

    // MARK: - Processes

    private var markFolder: String { "\(folder)/processes" }

    /// This process's mark, made and told to the store at the first call.
    func processID() throws -> String {
        try mark.withLock { mark in
            if let mark { return mark.id }
            let made = try ProcessMark(in: markFolder)
            try write { database in
                try database.execute(
                    sql: """
                        INSERT INTO processes (process_id, host, boot_id, pid) VALUES (?, ?, ?, ?)
                        """,
                    arguments: [made.id, ProcessMark.host, ProcessMark.bootID, Int(getpid())])
            }
            mark = made
            return made.id
        }
    }

    /// Marks the runs of dead processes as killed; each look at the store begins with it.
    func closeDeadRuns() throws {
        let own = mark.withLock { $0?.id }
        let owners = try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT process_id, host, boot_id FROM runs JOIN processes USING (process_id)
                    WHERE status = 'RUNNING'
                    """)
        }.map { row in
            ProcessMark.Owner(id: row[0] ?? "", host: row[1] ?? "", bootID: row[2] ?? "")
        }
        let dead = owners.filter { $0.id != own && ProcessMark.isDead($0, in: markFolder) }
        guard !dead.isEmpty else { return }
        if isReadOnly { return knownDead.withLock { $0.formUnion(dead.map(\.id)) } }
        try write { database in
            for owner in dead {
                // The last sign of life is the last figure that was logged.
                try database.execute(
                    sql: """
                        UPDATE runs SET status = 'KILLED', end_time = coalesce(
                            (SELECT max(timestamp) FROM latest_metrics
                                WHERE latest_metrics.run_uuid = runs.run_uuid), start_time)
                        WHERE status = 'RUNNING' AND process_id = ?
                        """, arguments: [owner.id])
            }
        }
    }

    /// Whether a process was found dead by a store that can be read only.
    func isKnownDead(_ process: String) -> Bool { knownDead.withLock { $0.contains(process) } }

    // MARK: - Runs of this process

    func add(_ run: Run) { recording.withLock { $0[run.id] = run } }

    func remove(_ run: Run) { recording.withLock { $0[run.id] = nil } }

    /// The run called `id`, if this process records it.
    func recordedRun(_ id: String) -> Run? { recording.withLock { $0[id] } }

    /// The runs that this process records.
    var recordedRuns: [Run] { recording.withLock { Array($0.values) } }

    /// Lets go of the runs that this process records, whether or not they could be ended.
    ///
    /// A store and its runs hold each other until then. What is still recorded is found dead at the
    /// next look.
    public func release() {
        recording.withLock { $0 = [:] }
        mark.withLock { $0 = nil }
    }

    /// Ends the runs that this process still records, as when the script that began them is over.
    ///
    /// - Throws: ``RunStoreError`` of the first that could not be written; the others are ended.
    public func finishAll(_ status: RunStatus) throws {
        var failure: (any Error)?
        for run in recordedRuns {
            do { try run.finish(status) } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        mark.withLock { $0 = nil }
    }
}
