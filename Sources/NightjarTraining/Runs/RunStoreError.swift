// What can go wrong with the store of runs, told so that the user knows what to do.

import GRDB
import NightjarRuntime

/// What can go wrong with recorded runs, besides the files that are copied to and from the store.
///
/// Every description ends in the next step for the user.
public enum RunStoreError: Error, Equatable, Sendable {
    /// There is no store in the folder.
    case noStore(folder: String)
    /// The database file is no database, or not whole.
    case damaged(path: String, problem: String)
    /// A later version wrote the database.
    case newer(path: String, format: Int)
    /// The disk is full.
    case full(path: String)
    /// The folder or the database may not be written to.
    case readOnly(path: String)
    /// Another process kept the database for too long.
    case busy(path: String)
    /// Anything else that the database reports.
    case failed(path: String, problem: String)
    /// No run has this id or name.
    case unknownRun(String, nearest: String?)
    /// Several runs have this name or beginning of an id.
    case ambiguousRun(String, ids: [String])
    /// A name or text is one that the store does not take.
    case badText(String, problem: String)
    /// A parameter has another value already.
    case parameterChanged(String, saved: String, given: String)
    /// The run has ended, or is recorded by another process.
    case notRecording(id: String, status: RunStatus)
    /// A condition of a search cannot be read.
    case badCondition(String)
    /// What shall be written is there already.
    case exists(path: String)
    /// There is nothing to compare or to write.
    case noRuns(String)
}

extension RunStoreError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .noStore(let folder):
            "'\(folder)' has no runs (no \(RunStore.fileName) in it). Record one with"
                + " nj.runs.start, or name the folder of another store (--store, NIGHTJAR_RUNS)."
        case .damaged(let path, let problem):
            "'\(path)' is damaged or no store of runs: \(problem). Restore it from a copy, or move"
                + " it away and begin anew; sqlite3 '\(path)' .recover prints what is left in it."
        case .newer(let path, let format):
            "'\(path)' has format \(format), which this version does not know. Open it with the"
                + " version that wrote it or a later one."
        case .full(let path):
            "'\(path)' cannot grow: the disk is full. Free some disk space; what was logged since is"
                + " kept in memory and written next time."
        case .readOnly(let path):
            "'\(path)' cannot be written to. Choose a folder that you may write to."
        case .busy(let path):
            "'\(path)' is busy: another process has been writing to it all the time. Try again, or"
                + " end that process."
        case .failed(let path, let problem):
            "'\(path)' cannot be used: \(problem). Check the disk and the folder."
        case .unknownRun(let text, let nearest):
            "no run is called '\(text)'" + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
                + ". nightjar runs list and nj.runs.list show what there is."
        case .ambiguousRun(let text, let ids):
            "'\(text)' can mean \(ids.count) runs: \(ids.prefix(5).joined(separator: ", "))"
                + (ids.count > 5 ? ", …" : "") + ". Give more of the id."
        case .badText(let what, let problem):
            "\(what) \(problem)."
        case .parameterChanged(let key, let saved, let given):
            "parameter '\(key)' is \(saved.shortened(to: 60)) in this run, and cannot become"
                + " \(given.shortened(to: 60)). Start another run for other parameters, or log what"
                + " changes as a metric."
        case .notRecording(let id, let status):
            switch status {
            case .running, .scheduled:
                "run \(id) is recorded by another process. Log to a run of your own: nj.runs.start."
            default:
                "run \(id) is \(status.word) and takes no more figures. Start another:"
                    + " nj.runs.start."
            }
        case .badCondition(let text):
            "the condition '\(text)' cannot be read. Write a name, one of = != < <= > >=, and a"
                + " value, such as lr=0.001 or mrr>0.3."
        case .exists(let path):
            "'\(path)' is there already. Name another folder, or move it away."
        case .noRuns(let purpose):
            "there are no runs to \(purpose). nightjar runs list and nj.runs.list show what there"
                + " is."
        }
    }
}

extension RunStoreError {
    /// What an error of the database at `path` means for the user.
    init(_ error: DatabaseError, path: String) {
        switch error.resultCode.primaryResultCode {
        case .SQLITE_FULL: self = .full(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self = .damaged(path: path, problem: Self.text(error))
        default: self = .failed(path: path, problem: Self.text(error))
        }
    }

    private static func text(_ error: DatabaseError) -> String {
        error.message ?? "\(error.resultCode)"
    }
}
