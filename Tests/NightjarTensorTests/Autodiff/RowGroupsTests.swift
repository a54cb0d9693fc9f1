import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Rows grouped by id")
struct RowGroupsTests {
    static let lists: [[Int32]] = [
        [], [0], [5], [-1], [-1, -1, -1], [3, 3, 3], [2, 0, 2, 1, 0, 2], [7, -1, 7, -1, 0],
        (0..<500).map { Int32(($0 * $0) % 97) - 1 },
    ]

    @Test("every row that is no padding is a member of its id's group, once", arguments: lists)
    func members(_ ids: [Int32]) {
        let groups = RowGroups(ids)
        #expect(Set(groups.ids).count == groups.ids.count)
        #expect(groups.starts.count == groups.ids.count + 1)
        #expect(groups.starts.first == 0 && Int(groups.starts.last ?? -1) == groups.members.count)
        for (group, id) in groups.ids.enumerated() {
            let range = Int(groups.starts[group])..<Int(groups.starts[group + 1])
            let expected = ids.indices.filter { ids[$0] == id }.map(Int32.init)
            #expect(Array(groups.members[range]) == expected)
        }
        for (row, id) in ids.enumerated() {
            let group = Int(groups.groupOfRow[row])
            #expect(id < 0 ? group == -1 : groups.ids[group] == id)
        }
        let firstRows = groups.ids.map { ids.firstIndex(of: $0) ?? -1 }
        #expect(firstRows == firstRows.sorted())
    }

    @Test("sums the rows of each group", arguments: lists)
    func sums(_ ids: [Int32]) throws {
        let width = 19
        let rows = sample([ids.count, width], "rows")
        let groups = RowGroups(ids)
        let found = try groups.sum(tensor(rows, [ids.count, width])).doubles
        let expected = groups.ids.flatMap { id in
            (0..<width).map { column in
                ids.indices.reduce(0) { ids[$1] == id ? $0 + rows[$1 * width + column] : $0 }
            }
        }
        #expect(difference(found, expected) < 1e-6)
    }
}
