// Elements, rows and dimensions by their positions as users count them: from 1.

extension Tensor {
    /// The dimension at a position, as other functions take it; -1 is the last dimension.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` without such a dimension.
    public func axis(at position: Int) throws(TensorError) -> Int {
        let rank = shape.count
        guard position != 0, position >= -rank, position <= rank else {
            let choice = rank == 0 ? "it has none" : "give 1 to \(rank), or -1 for the last"
            throw .badValue(
                operation: "axis",
                "\(position) is no dimension of shape \(TensorError.text(shape)): \(choice)")
        }
        return position > 0 ? position - 1 : position + rank
    }

    /// A view of one row of the first dimension; of a vector, its element as rank 0.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    public func row(at position: Int) throws(TensorError) -> Tensor {
        try row(rowIndex(position))
    }

    /// One element of a vector, without the views that ``row(at:)`` makes.
    ///
    /// - Throws: ``TensorError`` when there is no such element, or the tensor is no vector.
    public func element(at position: Int) throws(TensorError) -> Float {
        let index = try vectorIndex(position)
        defer { withExtendedLifetime(self) {} }
        return pointer[index]
    }

    /// Overwrites one element of a vector.
    ///
    /// - Throws: ``TensorError`` when there is no such element, or the tensor is no vector.
    public func setElement(at position: Int, to value: Float) throws(TensorError) {
        let index = try vectorIndex(position)
        defer { withExtendedLifetime(self) {} }
        pointer[index] = value
    }

    /// A view of the rows `first` to `last`, both included; none when `last` is `first` − 1.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    public func rows(from first: Int, through last: Int) throws(TensorError) -> Tensor {
        let limit = shape.first ?? 0
        let end = last == 0 ? 0 : try Self.index(last, limit: limit, "rows") + 1
        let start = first == end + 1 ? end : try Self.index(first, limit: limit, "rows")
        guard start <= end else {
            throw .badValue(
                operation: "rows", "\(first) to \(last) runs backwards. Give the lower row first.")
        }
        return try rows(start..<end)
    }

    /// One element, by one position for each dimension.
    ///
    /// - Throws: ``TensorError``.
    public func element(at positions: [Int]) throws(TensorError) -> Float {
        defer { withExtendedLifetime(self) {} }
        return pointer[try offset(of: positions, "at")]
    }

    /// Overwrites one element, by one position for each dimension.
    ///
    /// - Throws: ``TensorError``.
    public func setElement(at positions: [Int], to value: Float) throws(TensorError) {
        defer { withExtendedLifetime(self) {} }
        pointer[try offset(of: positions, "set")] = value
    }

    /// Where the element at a place in row-major order stands in a shape.
    static func positions(ofElement place: Int, in shape: [Int]) -> [Int] {
        var rest = place
        var positions: [Int] = []
        for size in shape.reversed() {
            positions.append(rest % max(1, size) + 1)
            rest /= max(1, size)
        }
        return positions.reversed()
    }

    /// Where the largest element stands, one position for each dimension; the first of equal ones.
    ///
    /// - Throws: ``TensorError`` when there are no elements.
    public func positionsOfMaximum() throws(TensorError) -> [Int] {
        try positions(of: reshaped([count]).argmax(axis: 0))
    }

    /// Where the smallest element stands, one position for each dimension; the first of equal ones.
    ///
    /// - Throws: ``TensorError`` when there are no elements.
    public func positionsOfMinimum() throws(TensorError) -> [Int] {
        try positions(of: reshaped([count]).argmin(axis: 0))
    }

    private func positions(of found: Positions) -> [Int] {
        Self.positions(ofElement: found.values.first.map { Int($0) } ?? 0, in: shape)
    }

    private func offset(of positions: [Int], _ operation: String) throws(TensorError) -> Int {
        guard positions.count == shape.count else {
            throw .badValue(
                operation: operation,
                "shape \(TensorError.text(shape)) needs \(shape.count) positions, got"
                    + " \(positions.count). Take rows for whole parts.")
        }
        var offset = 0
        for (position, size) in zip(positions, shape) {
            offset = offset * size + (try Self.index(position, limit: size, operation))
        }
        return offset
    }

    private func vectorIndex(_ position: Int) throws(TensorError) -> Int {
        guard shape.count == 1 else {
            throw .rank(operation: "element", expected: "a vector", found: shape)
        }
        return try rowIndex(position)
    }

    private func rowIndex(_ position: Int) throws(TensorError) -> Int {
        guard let limit = shape.first else {
            throw .rank(operation: "row", expected: "at least one dimension", found: shape)
        }
        return try Self.index(position, limit: limit, "row")
    }

    private static func index(
        _ position: Int, limit: Int, _ operation: String
    ) throws(TensorError) -> Int {
        guard position >= 1, position <= limit else {
            throw .indexOutOfRange(operation: operation, index: position &- 1, limit: limit)
        }
        return position - 1
    }
}
