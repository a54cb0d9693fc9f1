// Rows by number, and elements by a mask.

import CKernels

extension Tensor {
    /// The rows at positions counted from 0, in that order, shape `[positions] + shape[1…]`.
    ///
    /// - Throws: ``TensorError``.
    public func rows(at positions: [Int]) throws(TensorError) -> Tensor {
        let width = try slabWidth(positions, "gather")
        let result = try Tensor(uninitialized: [positions.count] + shape.dropFirst())
        for (place, position) in positions.enumerated() {
            (result.pointer + place * width).update(
                from: pointer + position * width, count: width)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// A copy with rows of `addend` added to the rows at positions counted from 0; a position that
    /// occurs twice gets both.
    ///
    /// - Throws: ``TensorError``.
    public func adding(_ addend: Tensor, toRows positions: [Int]) throws(TensorError) -> Tensor {
        let width = try slabWidth(positions, "scatter_add")
        let rows = try addend.broadcast(to: [positions.count] + shape.dropFirst())
        let result = try copy()
        for (place, position) in positions.enumerated() {
            nj_axpy(width, 1, rows.pointer + place * width, result.pointer + position * width)
        }
        withExtendedLifetime(rows) {}
        return result
    }

    /// The elements where a mask is not 0, in their order, as a vector.
    ///
    /// - Throws: ``TensorError``.
    public func elements(where mask: Tensor) throws(TensorError) -> Tensor {
        let places = try mask.broadcast(to: shape).nonZeroPlaces()
        let result = try Tensor(uninitialized: [places.count])
        for (index, place) in places.enumerated() { result.pointer[index] = pointer[place] }
        withExtendedLifetime(self) {}
        return result
    }

    /// Numbers, in row-major order, of the elements that are not 0.
    public func nonZeroPlaces() -> [Int] {
        defer { withExtendedLifetime(self) {} }
        return (0..<count).filter { pointer[$0] != 0 }
    }

    /// The variance of all elements, divided by n − 1; not a number for fewer than two.
    public func variance() -> Double {
        let mean = mean()
        defer { withExtendedLifetime(self) {} }
        var sum = 0.0
        for place in 0..<count {
            let difference = Double(pointer[place]) - mean
            sum += difference * difference
        }
        return count > 1 ? sum / Double(count - 1) : .nan
    }

    /// The variance along a dimension, divided by n − 1; not a number for fewer than two.
    ///
    /// - Throws: ``TensorError``.
    public func variance(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        let length = shape[try dimension(axis, "variance")]
        let difference = try self - mean(axis: axis, keepingAxis: true)
        let sum = try (difference * difference).sum(axis: axis, keepingAxis: keepingAxis)
        guard length > 1 else { return try Tensor(repeating: .nan, shape: sum.shape) }
        return try sum / Float(length - 1)
    }

    /// Elements of a row, once positions are known to be rows.
    private func slabWidth(
        _ positions: [Int], _ operation: String
    ) throws(TensorError) -> Int {
        guard let limit = shape.first else {
            throw .rank(operation: operation, expected: "at least one dimension", found: shape)
        }
        if let bad = positions.first(where: { !(0..<limit).contains($0) }) {
            throw .indexOutOfRange(operation: operation, index: bad, limit: limit)
        }
        return limit == 0 ? 0 : count / limit
    }
}
