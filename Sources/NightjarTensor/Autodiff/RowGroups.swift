// Rows of a batch that share an id, so that work on equal ids is done once.

import CKernels
import NightjarRuntime

/// Rows of a batch grouped by the id they belong to, padding left out.
package struct RowGroups {
    /// Each id that occurs, once, in order of first occurrence.
    package let ids: [Int32]
    /// Group `g` has the members `starts[g] ..< starts[g + 1]`.
    package let starts: [Int32]
    /// Row numbers, ascending within a group.
    package let members: [Int32]
    /// Group of each row, -1 for padding (a negative id).
    package let groupOfRow: [Int32]

    /// Groups rows by their ids.
    package init(_ rowIds: [Int32]) {
        let limit = Int(rowIds.max() ?? -1) + 1
        var groupOfId = [Int32](repeating: -1, count: max(0, limit))
        var groupOfRow = [Int32](repeating: -1, count: rowIds.count)
        var ids: [Int32] = []
        var starts: [Int32] = [0]
        for (row, id) in rowIds.enumerated() where id >= 0 {
            var group = groupOfId[Int(id)]
            if group < 0 {
                group = Int32(ids.count)
                groupOfId[Int(id)] = group
                ids.append(id)
                starts.append(0)
            }
            groupOfRow[row] = group
            starts[Int(group) + 1] += 1
        }
        for group in 0..<ids.count { starts[group + 1] += starts[group] }
        var next = starts
        var members = [Int32](repeating: 0, count: Int(starts.last ?? 0))
        for (row, group) in groupOfRow.enumerated() where group >= 0 {
            members[Int(next[Int(group)])] = Int32(row)
            next[Int(group)] += 1
        }
        self.ids = ids
        self.starts = starts
        self.members = members
        self.groupOfRow = groupOfRow
    }

    /// The sum of each group's rows of `x`, shape `[groups, columns]`.
    package func sum(_ x: Tensor) throws(TensorError) -> Tensor {
        let width = x.columnCount
        let sums = try Tensor(uninitialized: [ids.count, width])
        let pieces = max(1, min(16, ids.count / 32))
        starts.withUnsafeBufferPointer { starts in
            members.withUnsafeBufferPointer { members in
                guard let first = starts.baseAddress, let member = members.baseAddress else {
                    return
                }
                Workers.run(pieces) { piece in
                    let groups = Slices.range(piece, of: pieces, over: ids.count)
                    nj_sum_row_groups(
                        groups.count, width, x.pointer, first + groups.lowerBound, member,
                        sums.pointer + groups.lowerBound * width)
                }
            }
        }
        withExtendedLifetime(x) {}
        return sums
    }
}
