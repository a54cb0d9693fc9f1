// What a user can say about a file that the file does not say itself.

/// Where a value stands in the lines of a table.
public enum ColumnChoice: Sendable, Hashable {
    /// By the usual names (`userId`, `item_id`, `stars`, …), or by position without a header.
    case automatic
    /// The column with this name in the header.
    case named(String)
    /// The column at this position, from 1.
    case position(Int)
    /// No column, even if there is one with a usual name.
    case absent
}

/// What the times of a table count.
public enum TimeUnit: String, Sendable, CaseIterable {
    /// Seconds since 1970.
    case seconds
    /// Milliseconds since 1970; rounded down to seconds.
    case milliseconds
}

/// How to read a log; all of it has defaults.
public struct ReadingOptions: Sendable {
    /// The format, or `nil` to recognise it by name and content.
    public var format: LogFormat?
    /// The name of the log, or `nil` for the name of the folder or file.
    public var name: String?
    /// Which column of a table or atomic file is the user.
    public var user = ColumnChoice.automatic
    /// Which column of a table or atomic file is the item.
    public var item = ColumnChoice.automatic
    /// Which column of a table or atomic file is the rating.
    public var rating = ColumnChoice.automatic
    /// Which column of a table or atomic file is the time.
    public var timestamp = ColumnChoice.automatic
    /// Whether the first line of a table holds names, or `nil` to see by itself.
    public var hasHeader: Bool?
    /// What separates the columns of a table (one or two ASCII characters), or `nil` to see.
    public var separator: String?
    /// What the times of a table count.
    public var timeUnit = TimeUnit.seconds

    /// Creates the defaults, with a format or a name if given.
    public init(format: LogFormat? = nil, name: String? = nil) {
        self.format = format
        self.name = name
    }
}
