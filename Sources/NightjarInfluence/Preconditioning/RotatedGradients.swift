// Squares of gradients in the coordinates of a basis, without writing more out than needed.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Orthonormal bases for the two sides of a block's matrix M: its coordinates are LᵀMR.
struct BlockBasis {
    /// L, a vector a column; `nil` for the identity.
    var left: Tensor?
    /// R, a vector a column; `nil` for the identity.
    var right: Tensor?
}

/// The gradients of a tile of examples in the coordinates of bases.
///
/// A layer's gradient Σ_t δ_tᵀz_t has the coordinates Σ_t (δ_t·L)ᵀ(z_t·R): the factors are turned, and
/// for examples of one step the squares are again a product of two factors.
struct RotatedGradients {
    private enum Part {
        /// Squares of the turned factors of examples of one step, `[examples, out]` and
        /// `[examples, width]`.
        case oneStep(deltas: Tensor, inputs: Tensor)
        /// The turned factors.
        case steps(FactorGroup, deltas: Tensor, inputs: Tensor)
        /// Squares of turned rows of a table.
        case table(TableGradients, squares: Tensor)
        /// Squares of whole turned matrices, `[examples, elements]`.
        case whole(squares: Tensor)
    }

    private let examples: Int
    private let parts: [Part]

    /// Sums that are kept apart and added in their order, so that bytes do not depend on threads.
    private static let lanes = 8

    /// Turns the factors of a tile.
    ///
    /// - Throws: ``TensorError``.
    init(_ factors: ExampleFactors, _ bases: [BlockBasis]) throws(TensorError) {
        examples = factors.examples
        var parts: [Part] = []
        var rest = bases[...]
        for group in factors.groups {
            let basis = rest.popFirst() ?? BlockBasis()
            let (steps, width) = (group.layout.steps, group.width)
            let deltas = try Self.turned(
                group.deltas.reshaped([group.layout.rowCount, group.out]), basis.left)
            let inputs = try Self.turned(
                group.joinedInputs().reshaped([examples * steps, width]), basis.right)
            guard steps == 1 else {
                parts.append(.steps(group, deltas: deltas, inputs: inputs))
                continue
            }
            parts.append(
                .oneStep(deltas: try Self.squares(deltas), inputs: try Self.squares(inputs)))
        }
        for use in factors.tables {
            let basis = rest.popFirst() ?? BlockBasis()
            let table = try TableGradients(use)
            parts.append(
                .table(table, squares: try Self.squares(Self.turned(table.rows, basis.right))))
        }
        for shared in factors.shared {
            let basis = rest.popFirst() ?? BlockBasis()
            let value = shared.parameter.value
            let rows = try shared.gradients(examples)
                .reshaped([examples * value.rowCount, value.columnCount])
            let squares = try Self.squares(Self.turned(rows, basis.right))
            parts.append(.whole(squares: try squares.reshaped([examples, value.count])))
        }
        self.parts = parts
    }

    /// x·Q for the rows of x.
    private static func turned(_ x: Tensor, _ basis: Tensor?) throws(TensorError) -> Tensor {
        guard let basis, x.count > 0 else { return x }
        return try x.matmul(basis)
    }

    private static func squares(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try x.copy()
        nj_multiply_by(x.count, x.pointer, result.pointer)
        withExtendedLifetime(x) {}
        return result
    }

    /// Adds Σ_examples (LᵀMR)² of each block to its sum.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func addSquares(to sums: [Tensor]) throws(TensorError) {
        for (part, sum) in zip(parts, sums) {
            switch part {
            case .oneStep(let deltas, let inputs):
                BLAS.multiplyInParallel(
                    Matrix(deltas).transposed, Matrix(inputs), into: Matrix(sum), adds: true)
                withExtendedLifetime((deltas, inputs)) {}
            case .steps(let group, let deltas, let inputs):
                let lanes = min(Self.lanes, examples)
                let own = try Tensor(repeating: 0, shape: [lanes, sum.count])
                try write(group, deltas, inputs, lanes: lanes) { lane, _, matrix in
                    nj_add_products(
                        sum.count, matrix, matrix, own.pointer + lane * sum.count)
                }
                for lane in 0..<lanes {
                    nj_axpy(sum.count, 1, own.pointer + lane * sum.count, sum.pointer)
                }
            case .table(let table, let squares):
                let width = squares.columnCount
                for (place, id) in table.ids.enumerated() {
                    nj_axpy(
                        width, 1, squares.pointer + place * width,
                        sum.pointer + Int(id) * width)
                }
                withExtendedLifetime(squares) {}
            case .whole(let squares):
                nj_add_column_sums(examples, sum.count, squares.pointer, sum.pointer)
                withExtendedLifetime(squares) {}
            }
        }
    }

    /// Σ_blocks ⟨W, (LᵀMR)²⟩ of each example.
    ///
    /// - Throws: ``TensorError``.
    func weightedSquares(_ weights: [Tensor]) throws(TensorError) -> [Float] {
        let result = try Tensor(repeating: 0, shape: [examples])
        for (part, weights) in zip(parts, weights) {
            switch part {
            case .oneStep(let deltas, let inputs):
                let sums = try inputs.linear(weights).rowDot(deltas)
                nj_axpy(examples, 1, sums.pointer, result.pointer)
                withExtendedLifetime(sums) {}
            case .steps(let group, let deltas, let inputs):
                let lanes = min(Self.lanes, examples)
                let scratch = try Tensor(uninitialized: [lanes, weights.count])
                try write(group, deltas, inputs, lanes: lanes) { lane, example, matrix in
                    let scaled = scratch.pointer + lane * weights.count
                    scaled.update(from: weights.pointer, count: weights.count)
                    nj_multiply_by(weights.count, matrix, scaled)
                    result.pointer[example] += nj_dot(weights.count, matrix, scaled)
                }
            case .table(let table, let squares):
                let width = squares.columnCount
                for (place, id) in table.ids.enumerated() {
                    result.pointer[Int(table.owners[place])] += nj_dot(
                        width, squares.pointer + place * width,
                        weights.pointer + Int(id) * width)
                }
                withExtendedLifetime((squares, weights)) {}
            case .whole(let squares):
                for example in 0..<examples {
                    result.pointer[example] += nj_dot(
                        weights.count, squares.pointer + example * weights.count, weights.pointer)
                }
                withExtendedLifetime((squares, weights)) {}
            }
        }
        return result.values
    }

    /// Writes the turned gradient of each example out and calls `body` with lane, example and matrix.
    private func write(
        _ group: FactorGroup, _ deltas: Tensor, _ inputs: Tensor, lanes: Int,
        _ body: (Int, Int, UnsafeMutablePointer<Float>) -> Void
    ) throws(TensorError) {
        let (steps, width, out) = (group.layout.steps, group.width, group.out)
        let room = try Tensor(uninitialized: [lanes, out * width])
        Workers.run(lanes) { lane in
            let matrix = room.pointer + lane * out * width
            for example in Slices.range(lane, of: lanes, over: examples) {
                let own = Matrix(
                    deltas.pointer + group.layout.firstRow(of: example) * out, steps, out,
                    stride: group.layout.rowStride * out)
                BLAS.multiply(
                    own.transposed, Matrix(inputs.pointer + example * steps * width, steps, width),
                    into: Matrix(matrix, out, width))
                body(lane, example, matrix)
            }
        }
        withExtendedLifetime((deltas, inputs, room)) {}
    }
}
