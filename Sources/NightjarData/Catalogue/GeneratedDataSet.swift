// Data sets that are always there, because they are made and not read.

/// A data set that opens by name without a file.
public enum GeneratedDataSet: String, Sendable, CaseIterable {
    /// A film log with planted faults.
    case simulated
    /// A chain on which only order matters.
    case markov

    /// What it is, in one line.
    public var summary: String {
        switch self {
        case .simulated: "a generated film log with planted faults; options: nj.data.simulate"
        case .markov: "a generated chain on which only order matters; options: nj.data.markov"
        }
    }

    /// Generates the log with default options.
    ///
    /// - Throws: `Interrupted` after Ctrl-C.
    public func generate() throws -> Interactions {
        switch self {
        case .simulated: try Simulation().generate()
        case .markov: try MarkovChain().generate()
        }
    }
}
