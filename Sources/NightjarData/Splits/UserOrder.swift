// What the order of a user's rows means, in words for protocol lines.

extension Interactions {
    /// Whether the rows of every user run forward in time; `nil` without timestamps.
    private var usersRunForward: Bool? {
        guard let timestamps else { return nil }
        var latest = [Int64](repeating: .min, count: userCount + 1)
        for (user, time) in zip(users, timestamps) {
            if time < latest[Int(user)] { return false }
            latest[Int(user)] = time
        }
        return true
    }

    /// The name of the order in which a user's rows stand.
    var orderName: String { usersRunForward == true ? "time" : "file" }

    /// A warning when "last" does not mean "latest".
    var userOrderWarnings: [String] {
        guard usersRunForward == false else { return [] }
        return [
            "rows of a user are not in time order, so the last ones are not the latest;"
                + " sort the log by time first"
        ]
    }
}
