// How far a recorded run is.

/// The state of a recorded run; the raw values are MLflow's.
public enum RunStatus: String, Sendable, CaseIterable {
    /// Its process records it.
    case running = "RUNNING"
    /// It ended as it should.
    case finished = "FINISHED"
    /// It ended with an error.
    case failed = "FAILED"
    /// It was stopped, or its process died.
    case killed = "KILLED"
    /// It waits to begin; only other programs write this.
    case scheduled = "SCHEDULED"

    /// The state that a user names, in any case.
    public init?(word: String) { self.init(rawValue: word.uppercased()) }

    /// The name in lower case, as users read and write it.
    public var word: String { rawValue.lowercased() }
}
