// What a simulation knows of its own log, to judge methods that search for it.

/// Masks over the rows of a simulated log: which rows are wrong, and how.
public struct PlantedTruth: Sendable, Equatable {
    /// Rows that a user clicked by mistake: an item outside the user's taste.
    public let misclicks: [Bool]
    /// Rows of users who click at random.
    public let junk: [Bool]
    /// Rows that belong to an exact copy of another user's history.
    public let duplicates: [Bool]

    /// Creates the masks, one value for each row of the log.
    public init(misclicks: [Bool], junk: [Bool], duplicates: [Bool]) {
        self.misclicks = misclicks
        self.junk = junk
        self.duplicates = duplicates
    }
}
