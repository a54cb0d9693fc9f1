// What can be wrong with a search.

import NightjarRuntime

/// What can go wrong with a search, besides the objective and the store.
///
/// Every description ends in the next step for the user.
public enum SearchError: Error, Equatable, Sendable {
    /// There is nothing to choose from.
    case emptySpace
    /// A range that has no values, or too many.
    case badRange(String, problem: String)
    /// Budgets that do not ascend, or a factor that divides nothing.
    case badBudgets(from: Int, to: Int, factor: Int)
    /// The store has a value that the space lacks.
    case foreignValue(String, String)
    /// The store has a search of this name with another space, method, seed or goal.
    case otherSearch(String, store: String)
    /// Another process is at work on the search.
    case inUse(String, run: String)
    /// No trial has a value.
    case noResult(String)
}

extension SearchError: CustomStringConvertible {
    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .emptySpace:
            "the space has no parameters. Name some, such as lr = nj.search.log_uniform(1e-4, 1e-1)."
        case .badRange(let name, let problem):
            "the range of '\(name.shortened(to: 60))' is none: \(problem)."
        case .badBudgets(let least, let most, let factor):
            "budgets from \(least) to \(most) by a factor of \(factor) are not possible. Give two"
                + " ascending numbers from 1 and a factor from 2."
        case .foreignValue(let name, let text):
            "the store has \(text.shortened(to: 60)) for '\(name)', which the space has not. Give the"
                + " search another name."
        case .otherSearch(let name, let store):
            "'\(store)' has a search called '\(name)' with another space, method, seed, goal or"
                + " halving. Give this one another name."
        case .inUse(let name, let run):
            "the search '\(name)' is under way in another process, which records run \(run). Wait for"
                + " it, or give this one another name."
        case .noResult(let name):
            "no trial of the search '\(name)' has a value. Look at its runs: nj.runs.list{ experiment ="
                + " '\(name)' }."
        }
    }
}
