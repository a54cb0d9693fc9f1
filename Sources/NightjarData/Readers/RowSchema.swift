// What stands where in the lines of a log.

/// What one field of a line is.
enum FieldRole: String, Sendable {
    case user, item, rating, timestamp, ignored
}

/// What original ids look like.
enum IdSpelling: Sendable {
    /// Numbers 0 … 2 147 483 647 without leading zeros; anything else is damage.
    case integers
    /// Integers while all of them are, else texts.
    case automatic
    /// Any non-empty text.
    case texts
}

/// The form of each line of a log with one interaction a line.
struct RowSchema: Sendable {
    let dialect: Dialect
    /// One role for each field of a line; user and item stand once.
    let fields: [FieldRole]
    var userIds = IdSpelling.integers
    var itemIds = IdSpelling.integers
    var timeUnit = TimeUnit.seconds
    /// Number of lines before the first row.
    var headerLines = 0

    var hasRatings: Bool { fields.contains(.rating) }
    var hasTimestamps: Bool { fields.contains(.timestamp) }

    /// What a field of this role should hold, in words.
    func expectation(of role: FieldRole) -> String {
        let integer = " (an integer 0 ... \(Int32.max))"
        return switch role {
        case .user: "a user id" + (userIds == .integers ? integer : "")
        case .item: "an item id" + (itemIds == .integers ? integer : "")
        case .rating: "a finite number as rating"
        case .timestamp:
            "a time in seconds since 1970, before year 10000 (or choose milliseconds as unit)"
        case .ignored: "a field with its quotes closed"
        }
    }
}
