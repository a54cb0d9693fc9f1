// What is known of a run when it begins.

import NightjarRuntime
import NightjarTensor

/// What a run is called and made from.
public struct RunDescription: Sendable {
    /// What the run belongs to, such as the name of a script or a paper's table.
    public var experiment: String
    /// A name for people; may be shared by several runs.
    public var name: String?
    /// What was chosen before the run, by name.
    public var parameters: [(key: String, value: String)]
    /// Notes, by name.
    public var tags: [(key: String, value: String)]
    /// The script that records the run.
    public var script: Script?

    /// A script as it was when the run began.
    public struct Script: Sendable {
        /// Its path as the user gave it.
        public let path: String
        /// Its text.
        public let text: String

        /// Creates a script.
        public init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// The experiment of runs that are given none.
    public static let usualExperiment = "Default"

    /// Creates a description.
    public init(
        experiment: String = Self.usualExperiment, name: String? = nil,
        parameters: [(key: String, value: String)] = [], tags: [(key: String, value: String)] = [],
        script: Script? = nil
    ) {
        self.experiment = experiment
        self.name = name
        self.parameters = parameters
        self.tags = tags
        self.script = script
    }
}

/// The tags that the store itself writes.
enum RunTag {
    static let user = "mlflow.user"
    static let sourceName = "mlflow.source.name"
    static let sourceType = "mlflow.source.type"
    static let runName = "mlflow.runName"
    static let version = "nightjar.version"
    static let kernels = "nightjar.kernels"
    static let processor = "nightjar.processor"
    static let threads = "nightjar.threads"
    static let host = "nightjar.host"
    static let scriptDigest = "nightjar.script.sha256"

    /// What made the results besides parameters, data and script.
    static func ofMachine() -> [(key: String, value: String)] {
        [
            (version, Version.current), (kernels, BLAS.kernels),
            (processor, Machine.current.processor), (threads, "\(Machine.current.threads)"),
            (host, ProcessMark.host),
        ]
    }
}
