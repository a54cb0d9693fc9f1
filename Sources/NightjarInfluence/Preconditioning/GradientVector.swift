// Gradients as vectors: what curvature is applied to.

import CKernels
import NightjarRuntime
import NightjarTensor

/// A gradient, or another vector of its space, with one matrix for each block.
struct GradientVector {
    /// One for each block of the ``GradientSpace``; tables may keep the rows alone that are not zero.
    var parts: [SummedGradient]

    /// Whether all numbers are.
    var isFinite: Bool {
        parts.allSatisfy {
            switch $0 {
            case .dense(let values), .rows(_, let values): values.isFinite
            }
        }
    }

    /// ⟨self, other⟩.
    ///
    /// - Throws: ``TensorError``.
    func dot(_ other: GradientVector, in space: GradientSpace) throws(TensorError) -> Double {
        var sum = 0.0
        for (index, block) in space.blocks.enumerated() {
            switch (parts[index], other.parts[index]) {
            case (.rows(let ids, let values), .rows(let others, let otherValues))
            where ids == others:
                sum += DenseVector.dot(values, otherValues)
            case (.rows(let ids, let values), .dense(let matrix)),
                (.dense(let matrix), .rows(let ids, let values)):
                sum += DenseVector.dot(values, try matrix.gatheringRows(ids))
            case (let own, let other):
                sum += DenseVector.dot(try own.matrix(block), try other.matrix(block))
            }
        }
        return sum
    }

    /// ⟨self, self⟩ in double precision.
    var squaredLength: Double {
        parts.reduce(0) { sum, part in
            switch part {
            case .dense(let values), .rows(_, let values):
                sum + nj_sum_of_squares(values.count, values.pointer)
            }
        }
    }
}

/// Vectors of which every part is dense, for iterations that change them in place.
struct DenseVector {
    let space: GradientSpace
    private let values: [Tensor]

    /// A copy of a vector.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(_ vector: GradientVector, in space: GradientSpace) throws(TensorError) {
        var values: [Tensor] = []
        for (block, part) in zip(space.blocks, vector.parts) {
            values.append(try part.matrix(block).copy())
        }
        self.values = values
        self.space = space
    }

    /// Independent normal numbers.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(normal stream: inout RandomStream, in space: GradientSpace) throws(TensorError) {
        try self.init(space.zero(), in: space)
        for own in values {
            for place in 0..<own.count { own.pointer[place] = Float(stream.normal()) }
        }
    }

    /// A copy with memory of its own.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func copy() throws(TensorError) -> DenseVector { try DenseVector(vector, in: space) }

    /// The vector, sharing memory.
    var vector: GradientVector { GradientVector(parts: values.map(SummedGradient.dense)) }

    /// self ← self + scale·other.
    func add(_ other: DenseVector, times scale: Double) {
        for (own, other) in zip(values, other.values) {
            nj_axpy(own.count, Float(scale), other.pointer, own.pointer)
            withExtendedLifetime((own, other)) {}
        }
    }

    /// self ← scale·self.
    func multiply(by scale: Double) {
        for own in values { nj_scale(own.count, Float(scale), own.pointer, own.pointer) }
    }

    /// ⟨self, other⟩, summed over pieces in double precision.
    func dot(_ other: DenseVector) -> Double {
        zip(values, other.values).reduce(0) { $0 + Self.dot($1.0, $1.1) }
    }

    /// ‖self‖.
    var length: Double { vector.squaredLength.squareRoot() }

    static func dot(_ left: Tensor, _ right: Tensor) -> Double {
        defer { withExtendedLifetime((left, right)) {} }
        return stride(from: 0, to: left.count, by: 4096).reduce(0.0) { sum, first in
            sum
                + Double(
                    nj_dot(
                        min(4096, left.count - first), left.pointer + first, right.pointer + first))
        }
    }
}

extension SummedGradient {
    /// The whole matrix of a block; shares memory when it is dense already.
    ///
    /// - Throws: ``TensorError``.
    func matrix(_ block: GradientBlock) throws(TensorError) -> Tensor {
        try matrix(rows: block.size.rows, columns: block.size.columns)
    }

    /// The whole matrix of the shape of another one.
    ///
    /// - Throws: ``TensorError``.
    func matrix(like other: Tensor) throws(TensorError) -> Tensor {
        try matrix(rows: other.rowCount, columns: other.columnCount)
    }

    private func matrix(rows: Int, columns: Int) throws(TensorError) -> Tensor {
        switch self {
        case .dense(let values): return try values.reshaped([rows, columns])
        case .rows(let ids, let values):
            let result = try Tensor(repeating: 0, shape: [rows, columns])
            for (place, id) in ids.enumerated() {
                nj_axpy(
                    columns, 1, values.pointer + place * columns,
                    result.pointer + Int(id) * columns)
            }
            withExtendedLifetime(values) {}
            return result
        }
    }
}

extension Tensor {
    /// self ← self + scale·other, for tensors of one size.
    func addScaled(_ other: Tensor, _ scale: Float) {
        nj_axpy(min(count, other.count), scale, other.pointer, pointer)
        withExtendedLifetime((self, other)) {}
    }
}
