// The states of all training examples, kept for questions about states.

import NightjarRuntime
import NightjarTensor

/// Rows that a model's output layer is applied to, in the order of the examples.
struct StateTable: Sendable {
    /// The rows that predict something, shape `[rows, width]`.
    let rows: Tensor
    /// What each predicts.
    let targets: [Int32]
    /// Rows of example `i` stand at `starts[i] ..< starts[i + 1]`.
    let starts: [Int]

    /// Number of examples.
    var examples: Int { starts.count - 1 }

    /// The example of each row.
    var owners: [Int] {
        (0..<examples).flatMap { [Int](repeating: $0, count: starts[$0 + 1] - starts[$0]) }
    }
}

extension Moment {
    /// The states of a range of examples.
    ///
    /// - Parameters:
    ///   - source: the examples.
    ///   - range: which ones.
    ///   - constant: whether each row gets a 1 at its end, for a bias.
    ///   - count: told of the examples done.
    /// - Returns: the rows with something to predict.
    /// - Throws: ``InfluenceError``, ``Interrupted``, what the model's loss throws.
    func stateTable(
        _ source: TileSource, _ range: Range<Int>, constant: Bool, count: (Int) -> Void = { _ in }
    ) throws -> StateTable {
        var (values, targets, starts): ([Float], [Int32], [Int]) = ([], [], [0])
        var width = 0
        for first in stride(from: range.lowerBound, to: range.upperBound, by: 1024) {
            try Interruption.check()
            let tile = first..<min(first + 1024, range.upperBound)
            let states = try states(source, tile)
            width = states.rows.columnCount + (constant ? 1 : 0)
            let layout = states.layout
            let bytes = 8 * (values.count + states.rows.count)
            guard bytes <= memoryBudget else {
                throw InfluenceError.overBudget(
                    needed: bytes, budget: memoryBudget, what: "a table of states")
            }
            states.rows.withUnsafeValues { rows in
                let own = states.rows.columnCount
                for example in 0..<layout.examples {
                    for step in 0..<layout.steps {
                        let row = layout.firstRow(of: example) + step * layout.rowStride
                        guard states.targets[row] >= 0 else { continue }
                        values += rows[row * own..<(row + 1) * own]
                        if constant { values.append(1) }
                        targets.append(states.targets[row])
                    }
                    starts.append(targets.count)
                }
            }
            count(tile.count)
        }
        let table = StateTable(
            rows: try Tensor(values, shape: [targets.count, width]), targets: targets,
            starts: starts)
        guard table.rows.isFinite else {
            throw InfluenceError.notFinite(checkpoint: snapshot.name, of: "the loss by the states")
        }
        return table
    }
}
