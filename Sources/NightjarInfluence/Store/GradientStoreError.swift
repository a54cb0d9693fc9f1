// What can be wrong with a folder of projected gradients.

/// What can be wrong with a gradient store.
public enum GradientStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The folder has other files.
    case notAStore(folder: String)
    /// What the folder says of itself cannot be read.
    case damaged(folder: String, problem: String)
    /// The store was made of something else: what differs, what it has, what was asked.
    case other(folder: String, what: String, found: String, asked: String)
    /// A shard changed after the store was opened.
    case changed(file: String)

    /// One sentence for what happened, one for what to do.
    public var description: String {
        switch self {
        case .notAStore(let folder):
            "the folder '\(folder)' has files and is no gradient store. Choose another folder."
        case .damaged(let folder, let problem):
            "the gradient store '\(folder)' cannot be read: \(problem). Delete the folder, or choose"
                + " another one."
        case .other(let folder, let what, let found, let asked):
            "the gradient store '\(folder)' was made with another \(what): \(found), not \(asked)."
                + " Choose another folder for this one."
        case .changed(let file):
            "'\(file)' changed while the gradient store was open. Open the store again: it computes"
                + " damaged parts anew."
        }
    }
}
