// The gradients of a table's rows, one for each example and row that it touches.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Rows of a tile's table gradients: what an example adds to a row at several steps is summed.
struct TableGradients {
    /// The example of each entry, ascending.
    let owners: [Int32]
    /// The table row of each entry; those of one example differ.
    let ids: [Int32]
    /// The gradients, shape `[entries, width]`.
    let rows: Tensor

    /// Sums the steps of each example, leaving padding out.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(_ use: TableUse) throws(TensorError) {
        let layout = use.layout
        var (owners, ids): ([Int32], [Int32]) = ([], [])
        var entryOfRow = [Int32](repeating: -1, count: layout.rowCount)
        for example in 0..<layout.examples {
            let first = ids.count
            for step in 0..<layout.steps {
                let row = layout.firstRow(of: example) + step * layout.rowStride
                guard use.ids[row] >= 0 else { continue }
                if let place = ids[first...].firstIndex(of: use.ids[row]) {
                    entryOfRow[row] = Int32(place)
                } else {
                    entryOfRow[row] = Int32(ids.count)
                    ids.append(use.ids[row])
                    owners.append(Int32(example))
                }
            }
        }
        let width = use.deltas.columnCount
        let sums = try Tensor(repeating: 0, shape: [ids.count, width])
        for (row, entry) in entryOfRow.enumerated() where entry >= 0 {
            nj_axpy(
                width, 1, use.deltas.pointer + row * width, sums.pointer + Int(entry) * width)
        }
        withExtendedLifetime(use) {}
        (self.owners, self.ids, rows) = (owners, ids, sums)
    }

    /// The entries of one example.
    func entries(of example: Int) -> Range<Int> {
        let first = Self.firstIndex(in: owners, notBelow: Int32(example))
        let last = Self.firstIndex(in: owners, notBelow: Int32(example) + 1)
        return first..<last
    }

    private static func firstIndex(in owners: [Int32], notBelow value: Int32) -> Int {
        var (low, high) = (0, owners.count)
        while low < high {
            let middle = low + (high - low) / 2
            if owners[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
