// The second moments of the two sides of gradients: Kronecker factors of curvature.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Sums over gradients from which each block gets a basis in which its curvature is nearly diagonal.
///
/// A layer's gradient is Σ_t δ_tᵀz_t, and its curvature is taken to be A ⊗ S with A = E[zᵀz] and
/// S = E[δᵀδ] over all steps with a loss; steps are taken to be independent. A table's A is
/// diagonal, because rows are looked up one at a time, and S is that of its rows' gradients. A
/// parameter that is used in several places has no such factors: its gradients are written out, and
/// the second moment of their rows stands for S. For values that belong to no weight, such as gains,
/// S is their whole Fisher matrix.
final class KroneckerSums {
    private let blocks: [GradientBlock]
    private var lefts: [SideSum?] = []
    private var rights: [SideSum?] = []
    /// Steps of a layer, or entries of a table, that had a gradient.
    private var rows: [Double]
    /// How often each row of a table had a gradient.
    private var counts: [[Double]]
    private var examples = 0

    /// Sums of zeros; sides longer than `limit` keep the diagonal of their second moment alone.
    init(_ space: GradientSpace, limit: Int) throws(TensorError) {
        blocks = space.blocks
        rows = blocks.map { _ in 0 }
        counts = blocks.map { block in
            if case .table = block { return [Double](repeating: 0, count: block.size.rows) }
            return []
        }
        for block in blocks {
            let (out, width) = block.size
            switch block {
            case .layer(_, let weights, _):
                lefts.append(try SideSum(out, isWhole: out <= limit))
                rights.append(
                    weights.isEmpty ? nil : try SideSum(width, isWhole: width <= limit))
            case .table, .shared:
                lefts.append(nil)
                rights.append(try SideSum(width, isWhole: width <= limit))
            }
        }
    }

    /// Adds the gradients of a tile.
    func add(_ factors: ExampleFactors) throws(TensorError) {
        examples += factors.examples
        var index = 0
        for group in factors.groups {
            defer { index += 1 }
            guard let right = rights[index] else {
                try lefts[index]?.add(group.summedDeltas())
                continue
            }
            let deltas = try group.deltas.reshaped([group.layout.rowCount, group.out])
            try lefts[index]?.add(deltas)
            rows[index] += Double(try right.add(group.inputsWithLoss()))
        }
        for use in factors.tables {
            let table = try TableGradients(use)
            try rights[index]?.add(table.rows)
            for id in table.ids { counts[index][Int(id)] += 1 }
            rows[index] += Double(table.ids.count)
            index += 1
        }
        for shared in factors.shared {
            let value = shared.parameter.value
            let gradients = try shared.gradients(factors.examples)
            try rights[index]?.add(
                gradients.reshaped([factors.examples * value.rowCount, value.columnCount]))
            index += 1
        }
    }

    /// Whether all numbers are.
    var isFinite: Bool { (lefts + rights).allSatisfy { $0?.isFinite ?? true } }

    /// A block's basis, and its eigenvalues as its factors have them; `nil` where there are none.
    struct Factored {
        let basis: BlockBasis
        let eigenvalues: Tensor?
    }

    /// The eigenvectors of all sides.
    ///
    /// - Throws: ``TensorError``, ``Interrupted``.
    func factored() throws -> [Factored] {
        try blocks.indices.map { index in
            let (out, width) = blocks[index].size
            let left = try lefts[index]?.solved()
            let right = try rights[index]?.solved()
            let basis = BlockBasis(left: left?.basis, right: right?.basis)
            let scale = 1 / (Double(max(1, examples)) * max(1, rows[index]))
            let (leftValues, rightValues): ([Double], [Double])
            switch blocks[index] {
            case .shared: return Factored(basis: basis, eigenvalues: nil)
            case .table: (leftValues, rightValues) = (counts[index], right?.values ?? [])
            case .layer: (leftValues, rightValues) = (left?.values ?? [], right?.values ?? [1])
            }
            let values = try Tensor(uninitialized: [out, width])
            for row in 0..<out {
                for column in 0..<width {
                    values.pointer[row * width + column] = Float(
                        leftValues[row] * rightValues[column] * scale)
                }
            }
            return Factored(basis: basis, eigenvalues: values)
        }
    }
}

/// Σ xᵀx over rows x, whole or its diagonal alone.
private struct SideSum {
    private let isWhole: Bool
    private let sum: Tensor

    init(_ size: Int, isWhole: Bool) throws(TensorError) {
        self.isWhole = isWhole
        sum = try Tensor(repeating: 0, shape: isWhole ? [size, size] : [size])
    }

    var isFinite: Bool { sum.isFinite }

    /// Adds rows.
    func add(_ rows: Tensor) throws(TensorError) {
        guard rows.count > 0 else { return }
        if isWhole {
            BLAS.multiplyInParallel(
                Matrix(rows).transposed, Matrix(rows), into: Matrix(sum), adds: true)
        } else {
            let squares = try (rows * rows).columnSums()
            nj_axpy(sum.count, 1, squares.pointer, sum.pointer)
            withExtendedLifetime(squares) {}
        }
        withExtendedLifetime(rows) {}
    }

    /// Adds rows and gives their number.
    func add(_ rows: (Tensor, count: Int)) throws(TensorError) -> Int {
        try add(rows.0)
        return rows.count
    }

    /// Eigenvectors, `nil` for the identity, and eigenvalues, none below 0.
    func solved() throws -> (basis: Tensor?, values: [Double]) {
        guard isWhole else { return (nil, sum.values.map(Double.init)) }
        let sum = sum
        let (values, vectors) = try UnstoppableWork.run { try sum.symmetricEigen() }
        return (vectors, values.values.map { max(0, Double($0)) })
    }
}

extension FactorGroup {
    /// √n·Σ_t δ_t of each example for n biases, shape `[examples, out]`.
    fileprivate func summedDeltas() throws(TensorError) -> Tensor {
        let result = try Tensor(repeating: 0, shape: [layout.examples, out])
        let share = Float(biases.count).squareRoot()
        for example in 0..<layout.examples {
            for step in 0..<layout.steps {
                let row = layout.firstRow(of: example) + step * layout.rowStride
                nj_axpy(out, share, deltas.pointer + row * out, result.pointer + example * out)
            }
        }
        return result
    }

    /// The rows z, with zeros for those whose output has no gradient, and the number of the others.
    ///
    /// Padding has inputs, yet no loss: it is no part of A.
    fileprivate func inputsWithLoss() throws(TensorError) -> (Tensor, count: Int) {
        let inputs = try joinedInputs()
        var count = 0
        for example in 0..<layout.examples {
            for step in 0..<layout.steps {
                let delta =
                    deltas.pointer + (layout.firstRow(of: example) + step * layout.rowStride) * out
                if (0..<out).contains(where: { delta[$0] != 0 }) {
                    count += 1
                } else {
                    (inputs.pointer + (example * layout.steps + step) * width)
                        .update(repeating: 0, count: width)
                }
            }
        }
        return (try inputs.reshaped([layout.examples * layout.steps, width]), count)
    }
}
