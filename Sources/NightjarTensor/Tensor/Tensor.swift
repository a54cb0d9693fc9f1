// Dense single-precision tensors in row-major order.

import CKernels
import NightjarRuntime

/// A dense tensor of 32-bit floats, row-major and contiguous.
///
/// A tensor is a view: copies of the value and row ranges share memory, as in Torch and NumPy, and
/// ``copy()`` gives memory of its own. Transposition is a flag of the matrix product, never a layout.
public struct Tensor: Sendable {
    /// Sizes of the dimensions; empty for a scalar.
    public let shape: [Int]
    /// Number of elements.
    public let count: Int
    let storage: TensorStorage
    let offset: Int

    init(shape: [Int], count: Int, storage: TensorStorage, offset: Int) {
        self.shape = shape
        self.count = count
        self.storage = storage
        self.offset = offset
    }

    /// A tensor whose elements have no defined value yet.
    ///
    /// - Throws: ``TensorError/badShape(_:)``, ``TensorError/outOfMemory(bytes:)``.
    public init(uninitialized shape: [Int]) throws(TensorError) {
        let count = try Self.elementCount(shape)
        self.init(shape: shape, count: count, storage: try TensorStorage(count: count), offset: 0)
    }

    /// A tensor filled with one value.
    ///
    /// - Throws: ``TensorError/badShape(_:)``, ``TensorError/outOfMemory(bytes:)``.
    public init(repeating value: Float = 0, shape: [Int]) throws(TensorError) {
        try self.init(uninitialized: shape)
        fill(value)
    }

    /// A tensor with the given elements in row-major order.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)`` when the shape needs another number.
    public init(_ values: [Float], shape: [Int]) throws(TensorError) {
        guard try Self.elementCount(shape) == values.count else {
            throw .countMismatch(shape: shape, values: values.count)
        }
        try self.init(uninitialized: shape)
        values.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { pointer.update(from: start, count: count) }
        }
    }

    /// A one-dimensional tensor with the given elements.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public init(_ values: [Float]) throws(TensorError) {
        try self.init(values, shape: [values.count])
    }

    /// Bytes of the memory that the tensor and its views share.
    public var storageBytes: Int { storage.bytes }

    /// The identity of that memory.
    public var storageOwner: AnyObject { storage }

    /// First element in memory; elements follow in row-major order.
    ///
    /// For kernels: valid while the tensor lives, and not checked.
    package var pointer: UnsafeMutablePointer<Float> { storage.base + offset }

    /// Number of rows when the tensor is seen as a matrix: all dimensions but the last.
    package var rowCount: Int { shape.isEmpty ? 1 : shape.dropLast().reduce(1, *) }
    /// Number of columns when the tensor is seen as a matrix: the last dimension.
    package var columnCount: Int { shape.last ?? 1 }

    /// The elements in row-major order.
    public var values: [Float] {
        [Float](UnsafeBufferPointer(start: pointer, count: count))
    }

    /// Calls `body` with the elements in row-major order.
    public func withUnsafeValues<Result, Failure: Error>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeMutableBufferPointer(start: pointer, count: count))
    }

    /// Sets every element to `value`.
    public func fill(_ value: Float) {
        pointer.update(repeating: value, count: count)
        withExtendedLifetime(storage) {}
    }

    /// A tensor with the same elements in memory of its own.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    public func copy() throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        result.pointer.update(from: pointer, count: count)
        withExtendedLifetime(storage) {}
        return result
    }

    /// Overwrites the elements with those of `other`, which must have the same shape.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``.
    public func assign(_ other: Tensor) throws(TensorError) {
        guard shape == other.shape else {
            throw .shapeMismatch(operation: "assign", shape, other.shape)
        }
        pointer.update(from: other.pointer, count: count)
        withExtendedLifetime((storage, other.storage)) {}
    }

    /// The same elements under another shape.
    ///
    /// - Throws: ``TensorError/countMismatch(shape:values:)``.
    public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        guard try Self.elementCount(shape) == count else {
            throw .countMismatch(shape: shape, values: count)
        }
        return Tensor(shape: shape, count: count, storage: storage, offset: offset)
    }

    /// A view of a range of the first dimension, sharing memory.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    public func rows(_ range: Range<Int>) throws(TensorError) -> Tensor {
        guard let rowLimit = shape.first else {
            throw .rank(operation: "rows", expected: "at least one dimension", found: shape)
        }
        guard range.lowerBound >= 0, range.upperBound <= rowLimit else {
            let bad = range.lowerBound < 0 ? range.lowerBound : range.upperBound - 1
            throw .indexOutOfRange(operation: "rows", index: bad, limit: rowLimit)
        }
        let width = rowLimit == 0 ? 0 : count / rowLimit
        return Tensor(
            shape: [range.count] + shape.dropFirst(), count: range.count * width,
            storage: storage, offset: offset + range.lowerBound * width)
    }

    /// A view of one index of the first dimension, with that dimension removed.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    public func row(_ index: Int) throws(TensorError) -> Tensor {
        guard index >= 0, index < Int.max else {
            throw .indexOutOfRange(operation: "row", index: index, limit: shape.first ?? 0)
        }
        let slab = try rows(index..<index + 1)
        return try slab.reshaped(Array(shape.dropFirst()))
    }

    /// Whether no element is infinite or not-a-number.
    public var isFinite: Bool {
        defer { withExtendedLifetime(storage) {} }
        return nj_all_finite(count, pointer) != 0
    }

    /// Whether two tensors are the same elements in memory.
    package func sharesMemory(with other: Tensor) -> Bool {
        storage === other.storage && offset == other.offset && count == other.count
    }

    /// The most dimensions, as in NumPy; whatever goes through dimensions recursively relies on it.
    static let rankLimit = 64

    /// Number of elements of a shape.
    ///
    /// Sizes of 0 are left out of the check, so that the product of any part of a shape that passes
    /// fits in an integer too. Beside a 0 the others are held to less, as there may be loops over
    /// them that find nothing to do.
    ///
    /// - Throws: ``TensorError/badShape(_:)`` for too many sizes, a negative one, or a product that
    ///   overflows.
    static func elementCount(_ shape: [Int]) throws(TensorError) -> Int {
        guard shape.count <= rankLimit else { throw .badShape(shape) }
        var product = 1
        for size in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: max(1, size))
            guard size >= 0, !overflow, next < 1 << 58 else { throw .badShape(shape) }
            product = next
        }
        guard shape.contains(0) else { return product }
        guard product <= Int(Int32.max) else { throw .badShape(shape) }
        return 0
    }

    /// Bytes that all tensors of the process hold now.
    public static var bytesInUse: Int { BufferPool.bytesInUse }
}
