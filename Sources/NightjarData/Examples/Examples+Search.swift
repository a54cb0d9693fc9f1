// Finding examples by what they ask.

extension Examples {
    /// Finds the examples that ask for an item, of a user, or both.
    ///
    /// - Parameters:
    ///   - target: Item that is asked for; `nil` for any.
    ///   - user: User of the example; `nil` for any.
    /// - Returns: Their numbers (from 0), ascending.
    public func indices(target: Int32? = nil, user: Int32? = nil) -> [Int] {
        let (targets, users) = (targets, users)
        return (0..<count).filter {
            (target ?? targets[$0]) == targets[$0] && (user ?? users[$0]) == users[$0]
        }
    }
}
