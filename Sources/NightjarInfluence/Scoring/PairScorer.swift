// Dot products between the gradients of a tile of training examples and of all targets.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Scores training examples against prepared targets.
struct PairScorer {
    let targets: PreparedTargets

    /// Sums that are kept apart and added in their order, so that the bytes of a result do not depend
    /// on which thread computed which piece.
    private static let lanes = 8
    /// Examples that meet the targets together.
    private static let rows = LineOperand.linesAtOnce

    /// ∇ℓ(train)·∇ℓ(target) for all pairs, shape `[examples, targets]`.
    func scores(_ factors: ExampleFactors) throws(TensorError) -> Tensor {
        let result = try Tensor(repeating: 0, shape: [factors.examples, targets.count])
        for (group, target) in zip(factors.groups, targets.groups) {
            switch target {
            case .factored(let deltas, let inputs):
                try addFactored(group, deltas, inputs, to: result)
            case .writtenOut(let operands):
                try addWrittenOut(group, operands, to: result)
            }
        }
        for (use, table) in zip(factors.tables, targets.tables) {
            try addTable(use, table, to: result)
        }
        for (parameter, gradients) in zip(factors.shared, targets.shared) {
            let own = try parameter.gradients(factors.examples)
            BLAS.multiplyInParallel(
                Matrix(own), Matrix(gradients).transposed, into: Matrix(result), adds: true)
        }
        return result
    }

    /// Adds Σ_t (δ_t·δ′)(z_t·z′) for targets of one step.
    private func addFactored(
        _ group: FactorGroup, _ deltas: Tensor, _ inputs: Tensor, to result: Tensor
    ) throws(TensorError) {
        let (count, steps, width) = (group.layout.examples, group.layout.steps, group.width)
        let own = try group.joinedInputs()
        let products = try Tensor(uninitialized: [2, count, targets.count])
        let first = Matrix(products.pointer, count, targets.count)
        let second = Matrix(products.pointer + count * targets.count, count, targets.count)
        for step in 0..<steps {
            BLAS.multiplyInParallel(
                group.deltas(ofStep: step), Matrix(deltas).transposed, into: first)
            BLAS.multiplyInParallel(
                Matrix(own.pointer + step * width, count, width, stride: steps * width),
                Matrix(inputs).transposed, into: second)
            nj_add_products(result.count, first.pointer, second.pointer, result.pointer)
        }
        withExtendedLifetime((own, deltas, inputs, products)) {}
    }

    /// Writes a block of gradients out, piece by piece, and multiplies each piece at once.
    private func addWrittenOut(
        _ group: FactorGroup, _ operands: [LineOperand], to result: Tensor
    ) throws(TensorError) {
        let gradients = try WrittenGradients(group)
        let pieces = gradients.pieces
        var lanes: [LineProducts] = []
        for _ in 0..<min(Self.lanes, pieces.count) {
            lanes.append(try LineProducts(rows: gradients.examples, columns: targets.count))
        }
        let sums = lanes
        try Workers.tryRun(sums.count) { lane throws(TensorError) in
            let scratch = try gradients.scratch()
            for piece in stride(from: lane, to: pieces.count, by: sums.count) {
                let block = try LineOperand(
                    lines: Self.rows, inner: gradients.length(of: pieces[piece]), as: .left)
                for first in stride(from: 0, to: gradients.examples, by: Self.rows) {
                    let rows = first..<min(first + Self.rows, gradients.examples)
                    gradients.write(pieces[piece], of: rows, to: block, scratch: scratch)
                    sums[lane].multiply(
                        block, rows.count, operands[piece], from: first, adds: piece > lane)
                }
            }
        }
        for lane in sums { lane.add(to: Matrix(result)) }
    }

    /// Adds the dot products of table rows with the same id.
    private func addTable(
        _ use: TableUse, _ table: PreparedTargets.Table, to result: Tensor
    ) throws(TensorError) {
        let width = use.deltas.columnCount
        let layout = use.layout
        let blocks = max(1, min(64, layout.examples / 32))
        try Workers.tryRun(blocks) { block throws(TensorError) in
            let examples = Slices.range(block, of: blocks, over: layout.examples)
            var ids: [Int32] = []
            var rows: [Int32] = []
            for example in examples {
                for step in 0..<layout.steps {
                    let row = layout.firstRow(of: example) + step * layout.rowStride
                    ids.append(use.ids[row])
                    rows.append(Int32(row))
                }
            }
            let groups = RowGroups(ids)
            for (group, id) in groups.ids.enumerated() {
                let own = groups.members[Int(groups.starts[group])..<Int(groups.starts[group + 1])]
                let other = Int(table.starts[Int(id)])..<Int(table.starts[Int(id) + 1])
                guard !other.isEmpty else { continue }
                let members = own.map { rows[Int($0)] }
                if members.count * other.count < 32 {
                    for row in members {
                        let delta = use.deltas.pointer + Int(row) * width
                        let line =
                            result.pointer + layout.example(ofRow: Int(row)) * targets.count
                        for index in other {
                            line[Int(table.owners[index])] += nj_dot(
                                width, delta, table.rows.pointer + index * width)
                        }
                    }
                    continue
                }
                let gathered = try use.deltas.gatheringRows(members)
                let products = try Tensor(uninitialized: [members.count, other.count])
                BLAS.multiply(
                    Matrix(gathered), Matrix(table.rows).rows(other).transposed,
                    into: Matrix(products))
                for (place, row) in members.enumerated() {
                    let line = result.pointer + layout.example(ofRow: Int(row)) * targets.count
                    let product = products.pointer + place * other.count
                    for (column, index) in other.enumerated() {
                        line[Int(table.owners[index])] += product[column]
                    }
                }
                withExtendedLifetime((gathered, products)) {}
            }
        }
    }
}
