// Sums, means, extremes and norms, over everything or along one dimension.

import CKernels
import NightjarRuntime

/// Positions inside a tensor, counted from 0, with the shape of what they were asked for.
public struct Positions: Sendable, Equatable {
    /// Sizes of the dimensions.
    public let shape: [Int]
    /// The positions in row-major order.
    public let values: [Int32]
}

extension Tensor {
    /// Σ of all elements, added up in double precision.
    public func sum() -> Double {
        let pieces = Pieces.count(for: count)
        var partial = [Double](repeating: 0, count: pieces)
        partial.withUnsafeMutableBufferPointer { partial in
            Workers.run(pieces) { piece in
                let part = Slices.range(piece, of: pieces, over: count)
                partial[piece] = nj_sum(part.count, pointer + part.lowerBound)
            }
        }
        withExtendedLifetime(self) {}
        return partial.reduce(0, +)
    }

    /// The mean of all elements; not-a-number when there are none.
    public func mean() -> Double { sum() / Double(count) }

    /// The Euclidean norm √Σx², added up in double precision.
    public func norm() -> Double {
        defer { withExtendedLifetime(self) {} }
        return nj_sum_of_squares(count, pointer).squareRoot()
    }

    /// The largest element, not-a-number when one is.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` when there are no elements.
    public func maximum() throws(TensorError) -> Float { try extreme("max", nj_line_maxima) }

    /// The smallest element, not-a-number when one is.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` when there are no elements.
    public func minimum() throws(TensorError) -> Float { try extreme("min", nj_line_minima) }

    /// Σ along a dimension, added up in double precision.
    ///
    /// A negative axis counts from the end; the dimension can be kept with size 1.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` without such a dimension.
    public func sum(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        let dimension = try dimension(axis, "sum")
        return try reduced(
            lines(along: dimension), to: shape(without: dimension, keepingAxis: keepingAxis),
            nj_line_sums)
    }

    /// The mean along a dimension.
    ///
    /// A negative axis counts from the end; the dimension can be kept with size 1.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` without such a dimension.
    public func mean(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        let dimension = try dimension(axis, "mean")
        let sum = try sum(axis: dimension, keepingAxis: keepingAxis)
        return try sum / Float(shape[dimension])
    }

    /// The Euclidean norm √Σx² along a dimension.
    ///
    /// A negative axis counts from the end; the dimension can be kept with size 1.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` without such a dimension.
    public func norm(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        let dimension = try dimension(axis, "norm")
        return try (self * self).sum(axis: dimension, keepingAxis: keepingAxis).sqrt()
    }

    /// The largest element along a dimension, not-a-number when one is.
    ///
    /// A negative axis counts from the end; the dimension can be kept with size 1.
    ///
    /// - Throws: ``TensorError``, also when the dimension has no elements.
    public func maximum(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        try extremes(axis, "max", keepingAxis, nj_line_maxima).values
    }

    /// The smallest element along a dimension, not-a-number when one is.
    ///
    /// A negative axis counts from the end; the dimension can be kept with size 1.
    ///
    /// - Throws: ``TensorError``, also when the dimension has no elements.
    public func minimum(axis: Int, keepingAxis: Bool = false) throws(TensorError) -> Tensor {
        try extremes(axis, "min", keepingAxis, nj_line_minima).values
    }

    /// Where the largest element along a dimension stands; the first of equal ones.
    ///
    /// - Throws: ``TensorError``, also when the dimension has no elements.
    public func argmax(axis: Int = -1) throws(TensorError) -> Positions {
        try extremes(axis, "argmax", false, nj_line_maxima).positions
    }

    /// Where the smallest element along a dimension stands; the first of equal ones.
    ///
    /// - Throws: ``TensorError``, also when the dimension has no elements.
    public func argmin(axis: Int = -1) throws(TensorError) -> Positions {
        try extremes(axis, "argmin", false, nj_line_minima).positions
    }

    /// Running sums along a dimension, added up in double precision.
    ///
    /// - Throws: ``TensorError/rank(operation:expected:found:)`` without such a dimension.
    public func cumulativeSum(axis: Int = -1) throws(TensorError) -> Tensor {
        let dimension = try dimension(axis, "cumulative sum")
        let result = try Tensor(uninitialized: shape)
        lines(along: dimension).forEachGroup { group, first, _ in
            nj_cumulative_sums(group, pointer + first, result.pointer + first)
        }
        withExtendedLifetime(self) {}
        return result
    }

    /// A function that finds the extreme of each line and where it stands.
    typealias ExtremeKernel =
        @convention(c) (
            nj_lines, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?,
            UnsafeMutablePointer<Int32>?
        ) -> Void

    /// The extreme of each line along a dimension, and its position in the line.
    ///
    /// - Throws: ``TensorError``.
    func extremes(
        _ axis: Int, _ operation: String, _ keepingAxis: Bool, _ kernel: ExtremeKernel
    ) throws(TensorError) -> (values: Tensor, positions: Positions) {
        let dimension = try dimension(axis, operation)
        guard shape[dimension] > 0, shape[dimension] <= Int(Int32.max) else {
            throw .badValue(
                operation: operation,
                "shape \(TensorError.text(shape)) has no elements to choose from along that"
                    + " dimension. Leave empty tensors out.")
        }
        let result = try Tensor(
            uninitialized: shape(without: dimension, keepingAxis: keepingAxis))
        var positions = [Int32](repeating: 0, count: result.count)
        positions.withUnsafeMutableBufferPointer { positions in
            guard let start = positions.baseAddress else { return }
            lines(along: dimension).forEachGroup { group, first, place in
                kernel(group, pointer + first, result.pointer + place, start + place)
            }
        }
        withExtendedLifetime(self) {}
        return (result, Positions(shape: result.shape, values: positions))
    }

    private func extreme(_ operation: String, _ kernel: ExtremeKernel) throws(TensorError) -> Float
    {
        let line = try reshaped([count])
        return try line.extremes(0, operation, false, kernel).values.values.first ?? .nan
    }
}
