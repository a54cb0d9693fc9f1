// The gradients of the examples that influence is asked about, ready for many dot products.

import CKernels
import NightjarRuntime
import NightjarTensor

/// The target side of a pairwise scoring at one checkpoint.
///
/// Each group of factors is kept in the form whose dot products cost least:
///
/// - one step (output layers): δ and z themselves, dot = (δ·δ′)(z·z′), summed over the steps of a
///   training example;
/// - several steps (recurrent weights): Σ_t δ_tᵀ z_t written out, in the pieces of
///   ``WrittenGradients``, arranged for products;
/// - tables: rows grouped by id, so that only rows of the same id meet.
struct PreparedTargets {
    /// One group of the model with the target gradients.
    enum Group {
        case factored(deltas: Tensor, inputs: Tensor)
        case writtenOut([LineOperand])
    }

    /// Rows of one table's gradients, ordered by id.
    struct Table {
        /// `rows` of id `i` stand at `starts[i] ..< starts[i + 1]`.
        let starts: [Int32]
        let rows: Tensor
        /// Which target each row belongs to.
        let owners: [Int32]
    }

    let count: Int
    let groups: [Group]
    let tables: [Table]
    let shared: [Tensor]
}

extension PreparedTargets {
    /// Prepares the factors of all targets.
    init(_ factors: ExampleFactors) throws(TensorError) {
        let count = factors.examples
        var groups: [Group] = []
        for group in factors.groups {
            guard group.layout.steps == 1 else {
                groups.append(.writtenOut(try WrittenGradients(group).operands()))
                continue
            }
            let inputs = try group.joinedInputs().reshaped([count, group.width])
            groups.append(.factored(deltas: group.deltas, inputs: inputs))
        }
        var tables: [Table] = []
        for use in factors.tables { tables.append(try Table(use)) }
        var shared: [Tensor] = []
        for parameter in factors.shared {
            shared.append(try parameter.gradients(count))
        }
        self.init(count: count, groups: groups, tables: tables, shared: shared)
    }
}

extension PreparedTargets.Table {
    /// Sorts the rows of a table's gradients by id, leaving padding out.
    init(_ use: TableUse) throws(TensorError) {
        let limit = use.table.value.rowCount
        var starts = [Int32](repeating: 0, count: limit + 1)
        for id in use.ids where id >= 0 { starts[Int(id) + 1] += 1 }
        for id in 0..<limit { starts[id + 1] += starts[id] }
        var next = starts
        var order = [Int32](repeating: 0, count: Int(starts[limit]))
        for (row, id) in use.ids.enumerated() where id >= 0 {
            order[Int(next[Int(id)])] = Int32(row)
            next[Int(id)] += 1
        }
        self.starts = starts
        rows = try use.deltas.gatheringRows(order)
        owners = order.map { Int32(use.layout.example(ofRow: Int($0))) }
    }
}

extension RowLayout {
    /// The example that a row belongs to.
    func example(ofRow row: Int) -> Int { isTimeMajor ? row % examples : row / steps }
}

extension SharedParameter {
    /// The whole gradients of the first `count` examples, shape `[count, elements]`.
    func gradients(_ count: Int) throws(TensorError) -> Tensor {
        let size = parameter.value.count
        let result = try Tensor(repeating: 0, shape: [count, size])
        Workers.run(count) { example in
            for use in uses { use.addGradient(of: example, to: result.pointer + example * size) }
        }
        return result
    }
}
