// Cuts the histories of a side into pieces, as Spotlight does.

extension Part {
    /// The users' rows of this side, cut into pieces from the latest row backwards.
    ///
    /// With n rows of a user, pieces are the rows `max(i − length, 0) ..< i` for
    /// `i = n, n − step, …` while `i > 0`: with a step below the length they overlap. Pieces of a
    /// user stand from the latest to the earliest, users in the order of their numbers. Only rows of
    /// this side are used.
    ///
    /// - Parameters:
    ///   - length: Items in a piece.
    ///   - step: Rows between the ends of two pieces; `nil` for `length`, which cuts without overlap.
    ///   - minimum: Pieces with fewer items are left out.
    ///   - latest: Whether to take the latest piece of each user alone, as SASRec does.
    /// - Returns: The pieces; none when every history is shorter than `minimum`.
    /// - Throws: ``ExamplesError/badLength(option:value:minimum:)`` for a number below 1, or a
    ///   length below 2.
    public func chunks(
        length: Int, step: Int? = nil, minimum: Int = 1, latest: Bool = false
    ) throws(ExamplesError) -> Sequences {
        let step = step ?? length
        guard length >= 2 else { throw .badLength(option: "length", value: length, minimum: 2) }
        for (option, value) in [("step", step), ("minimum", minimum)] where value < 1 {
            throw .badLength(option: option, value: value, minimum: 1)
        }
        var sizes = [Int](repeating: 0, count: log.userCount)
        let stream = UserStream(of: log, where: { roles[$0] == role }) { row, first, position in
            sizes[Int(log.users[row]) - 1] = position - first + 1
        }
        var starts: [Int32] = []
        var ends: [Int32] = []
        var first = 0
        for size in sizes {
            for end in stride(from: first + size, to: first, by: -step) {
                if latest, end < first + size { break }
                let start = end - min(length, end - first)
                if end - start < minimum { continue }
                starts.append(Int32(start))
                ends.append(Int32(end))
            }
            first += size
        }
        let slices = StreamSlices(
            log: log, roles: [role], stream: stream, starts: starts, ends: ends)
        return Sequences(slices, length: length)
    }
}
