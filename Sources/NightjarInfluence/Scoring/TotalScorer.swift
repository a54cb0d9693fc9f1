// One score for each example: the dot product of its gradient with one given gradient.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Scores examples against one gradient, without writing any example's gradient out.
///
/// For a linear use, ⟨Σ_t δ_tᵀ x_t, G⟩ = Σ_t (δ_t·G)·x_t: a directional derivative that costs as much
/// as one more product of the forward pass.
struct TotalScorer {
    /// The gradient G by parameter, each with its parameter's shape.
    let gradient: [ObjectIdentifier: Tensor]

    /// Takes a gradient by parameter.
    init(gradient: [ObjectIdentifier: Tensor]) { self.gradient = gradient }

    /// Takes the sum of a backward pass as the gradient.
    init(_ sum: GradientSum, parameters: [Parameter]) throws(TensorError) {
        var gradient: [ObjectIdentifier: Tensor] = [:]
        for parameter in parameters {
            guard let part = sum[parameter] else { continue }
            gradient[ObjectIdentifier(parameter)] = try part.dense(like: parameter.value)
        }
        self.gradient = gradient
    }

    /// Whether all numbers of G are.
    var isFinite: Bool { gradient.values.allSatisfy(\.isFinite) }

    /// ‖G‖².
    var squaredLength: Double {
        gradient.values.reduce(0.0) { $0 + nj_sum_of_squares($1.count, $1.pointer) }
    }

    private func gradient(of parameter: Parameter) -> Tensor? {
        gradient[ObjectIdentifier(parameter)]
    }

    /// ⟨∇ℓ(example), G⟩ of every example of a tile.
    func scores(_ factors: ExampleFactors) throws(TensorError) -> [Float] {
        var scores = [Float](repeating: 0, count: factors.examples)
        for group in factors.groups { try add(group, to: &scores) }
        for use in factors.tables {
            guard let table = gradient(of: use.table) else { continue }
            let rows = try rowDots(use.deltas, table: table, which: use.ids)
            use.layout.addRows(rows, to: &scores)
        }
        for parameter in factors.shared {
            guard let whole = gradient(of: parameter.parameter) else { continue }
            let own = try parameter.gradients(factors.examples)
            for example in 0..<factors.examples {
                scores[example] += nj_dot(
                    whole.count, own.pointer + example * whole.count, whole.pointer)
            }
        }
        return scores
    }

    private func add(_ group: FactorGroup, to scores: inout [Float]) throws(TensorError) {
        for (parameter, rows) in group.inputs {
            guard let matrix = gradient(of: parameter) else { continue }
            switch rows {
            case .rows(let inputs):
                group.layout.addRows(
                    try rowDots(projecting(group.deltas, matrix), inputs), to: &scores)
            case .gathered(let table, let ids):
                // Equal inputs have equal products: compute them once for each distinct id.
                let groups = RowGroups(ids)
                let distinct = try table.gatheringRows(groups.ids)
                let products = try distinct.linear(matrix)
                group.layout.addRows(
                    try rowDots(group.deltas, table: products, which: groups.groupOfRow),
                    to: &scores)
            }
        }
        guard !group.biases.isEmpty else { return }
        let direction = try Tensor(repeating: 0, shape: [1, group.out])
        for parameter in group.biases {
            guard let part = gradient(of: parameter) else { continue }
            nj_axpy(group.out, 1, part.pointer, direction.pointer)
        }
        let zeros = [Int32](repeating: 0, count: group.layout.rowCount)
        group.layout.addRows(
            try rowDots(group.deltas, table: direction, which: zeros), to: &scores)
    }

    /// δ·G, shape `[rows, in]`.
    private func projecting(_ deltas: Tensor, _ matrix: Tensor) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [deltas.rowCount, matrix.columnCount])
        BLAS.multiplyInParallel(Matrix(deltas), Matrix(matrix), into: Matrix(result))
        withExtendedLifetime((deltas, matrix)) {}
        return result
    }

    private func rowDots(_ left: Tensor, _ right: Tensor) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [left.rowCount])
        let width = left.columnCount
        let pieces = max(1, min(64, left.rowCount / 256))
        Workers.run(pieces) { piece in
            let rows = Slices.range(piece, of: pieces, over: left.rowCount)
            let offset = rows.lowerBound * width
            nj_row_dots(
                rows.count, width, left.pointer + offset, right.pointer + offset,
                result.pointer + rows.lowerBound)
        }
        withExtendedLifetime((left, right)) {}
        return result
    }

    private func rowDots(
        _ left: Tensor, table: Tensor, which: [Int32]
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(repeating: 0, shape: [left.rowCount])
        let width = left.columnCount
        let pieces = max(1, min(64, left.rowCount / 256))
        which.withUnsafeBufferPointer { which in
            guard let which = which.baseAddress else { return }
            Workers.run(pieces) { piece in
                let rows = Slices.range(piece, of: pieces, over: left.rowCount)
                nj_add_gathered_row_dots(
                    rows.count, width, left.pointer + rows.lowerBound * width, table.pointer,
                    which + rows.lowerBound, result.pointer + rows.lowerBound)
            }
        }
        withExtendedLifetime((left, table)) {}
        return result
    }
}

extension RowLayout {
    /// Adds the value of each row to the example that it belongs to, in the order of steps.
    func addRows(_ values: Tensor, to scores: inout [Float]) {
        for example in 0..<examples {
            var row = firstRow(of: example)
            for _ in 0..<steps {
                scores[example] += values.pointer[row]
                row += rowStride
            }
        }
        withExtendedLifetime(values) {}
    }
}
