// A random projection of weight matrices from both sides.

import CKernels
import NightjarRuntime
import NightjarTensor

/// For a parameter of rows × columns, φ = Σ_t (A·δ_t)(B·x_t)ᵀ with random A and B: the projection A⊗B of
/// the gradient Σ_t δ_tᵀ x_t, from its factors alone.
///
/// A side that is short enough keeps its numbers with random signs, another gets independent normal
/// entries of variance one over its new length. What parameters give is added up, as cross terms are 0
/// on average. Vectors, which have one side, are folded as in ``SparseProjection``.
///
/// Source: S. Choe et al., *What is your data worth to GPT? LLM-scale data valuation with influence
/// functions* (LoGra), 2024, which keeps the parameters apart.
struct KroneckerProjection: GradientProjector {
    /// The random matrices of one parameter, each with one row for each number that it projects.
    private struct Sides {
        /// Aᵀ, shape `[rows, short rows]`.
        let rows: Tensor
        /// Bᵀ, shape `[columns, short columns]`.
        let columns: Tensor
        /// Where the first number of φ goes.
        let shift: Int

        init(_ parameter: Parameter, dimension: Int, _ stream: RandomStream) throws(TensorError) {
            var stream = stream.split(parameter.name)
            let (rows, columns) = (parameter.value.rowCount, parameter.value.columnCount)
            let side = max(1, Int(Double(dimension).squareRoot()))
            let shortColumns = rows < side ? dimension / rows : side
            let keptColumns = max(1, min(columns, shortColumns))
            let keptRows = max(1, min(rows, dimension / keptColumns))
            self.rows = try Self.matrix(rows, keptRows, &stream)
            self.columns = try Self.matrix(columns, keptColumns, &stream)
            shift = stream.below(dimension)
        }

        private static func matrix(
            _ length: Int, _ kept: Int, _ stream: inout RandomStream
        ) throws(TensorError) -> Tensor {
            let result = try Tensor(repeating: 0, shape: [length, kept])
            let deviation = 1 / Double(kept).squareRoot()
            for place in 0..<length {
                if kept == length {
                    result.pointer[place * kept + place] = stream.bernoulli(0.5) ? 1 : -1
                } else {
                    for column in 0..<kept {
                        result.pointer[place * kept + column] = Float(stream.normal() * deviation)
                    }
                }
            }
            return result
        }
    }

    private let dimension: Int
    private let sides: [String: Sides]
    private let vectors: SparseProjection

    init(_ projection: GradientProjection, _ parameters: [Parameter]) throws {
        let stream = RandomStream(seed: projection.seed, "kronecker projection")
        dimension = projection.dimension
        vectors = try SparseProjection(projection, parameters)
        var sides: [String: Sides] = [:]
        for parameter in parameters where parameter.value.rowCount > 1 {
            try Interruption.check()
            sides[parameter.name] = try Sides(parameter, dimension: dimension, stream)
        }
        self.sides = sides
    }

    func add(_ use: ParameterUse, to features: Tensor) throws(TensorError) {
        guard let sides = sides[use.parameter.name] else {
            return try vectors.add(use, to: features)
        }
        let left: Tensor
        let right: Tensor
        switch use {
        case .linear(_, .rows(let inputs), let deltas, _):
            left = try product(deltas, sides.rows)
            right = try product(inputs, sides.columns)
        case .linear(_, .gathered(let table, let ids), let deltas, _):
            left = try product(deltas, sides.rows)
            right = try product(table, sides.columns).gatheringRows(ids)
        case .gather(_, let ids, let deltas, _):
            left = try sides.rows.gatheringRows(ids.map { max(0, $0) })
            right = try product(deltas, sides.columns)
            let width = left.columnCount
            for (row, id) in ids.enumerated() where id < 0 {
                (left.pointer + row * width).update(repeating: 0, count: width)
            }
        case .direct(let parameter, let deltas, let layout):
            return try addDirect(parameter, sides, deltas, layout, to: features)
        }
        add(left, right, use.layout, shift: sides.shift, to: features)
    }

    /// Adds Σ_t left_tᵀ right_t of each example.
    private func add(
        _ left: Tensor, _ right: Tensor, _ layout: RowLayout, shift: Int, to features: Tensor
    ) {
        let (rows, columns) = (left.columnCount, right.columnCount)
        for example in 0..<layout.examples {
            let folded = features.pointer + example * dimension
            for step in 0..<layout.steps {
                let row = layout.firstRow(of: example) + step * layout.rowStride
                for place in 0..<rows {
                    add(
                        left.pointer[row * rows + place], right.pointer + row * columns, columns,
                        at: shift + place * columns, to: folded)
                }
            }
        }
        withExtendedLifetime((left, right, features)) {}
    }

    /// Adds A·D·Bᵀ, where D is a whole gradient.
    private func addDirect(
        _ parameter: Parameter, _ sides: Sides, _ deltas: Tensor, _ layout: RowLayout,
        to features: Tensor
    ) throws(TensorError) {
        let (rows, columns) = (parameter.value.rowCount, parameter.value.columnCount)
        let (shortRows, shortColumns) = (sides.rows.columnCount, sides.columns.columnCount)
        let half = try Tensor(uninitialized: [rows, shortColumns])
        let whole = try Tensor(uninitialized: [shortRows, shortColumns])
        for row in 0..<layout.rowCount {
            let gradient = Matrix(deltas.pointer + row * deltas.columnCount, rows, columns)
            BLAS.multiply(gradient, Matrix(sides.columns), into: Matrix(half))
            BLAS.multiply(Matrix(sides.rows).transposed, Matrix(half), into: Matrix(whole))
            add(
                1, whole.pointer, whole.count, at: sides.shift,
                to: features.pointer + layout.example(ofRow: row) * dimension)
        }
        withExtendedLifetime((half, whole, deltas, features, sides.rows, sides.columns)) {}
    }

    /// Adds a multiple of some numbers from a place on, going on at the start after the end.
    private func add(
        _ scale: Float, _ numbers: UnsafeMutablePointer<Float>, _ count: Int, at place: Int,
        to folded: UnsafeMutablePointer<Float>
    ) {
        let start = place % dimension
        let some = min(count, dimension - start)
        nj_axpy(some, scale, numbers, folded + start)
        if some < count { nj_axpy(count - some, scale, numbers + some, folded) }
    }

    /// x·M for all rows of x.
    private func product(_ x: Tensor, _ matrix: Tensor) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [x.rowCount, matrix.columnCount])
        BLAS.multiplyInParallel(Matrix(x), Matrix(matrix), into: Matrix(result))
        withExtendedLifetime((x, matrix)) {}
        return result
    }
}
