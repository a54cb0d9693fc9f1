import NightjarData
import Testing

@Suite("Relabelling")
struct RelabellingTests {
    @Test("closes gaps and keeps original ids and titles attached")
    func dense() throws {
        let log = try smallLog([(1, 1), (2, 5), (4, 2), (2, 2)]).without(rows: [0])
        let dense = log.relabelled()
        #expect(dense.users == [1, 2, 1])
        #expect(dense.items == [2, 1, 1])
        #expect(dense.userTable.ids == ["u2", "u4"])
        #expect(dense.itemTable.ids == ["i2", "i5"])
        #expect(dense.itemTable.columns["title"] == ["Film 2", "Film 5"])
    }

    @Test("changes nothing of a dense log, and nothing twice")
    func idempotent() throws {
        let once = try mixedLog().kCore(users: 10, items: 14).relabelled()
        let twice = once.relabelled()
        #expect(twice.users == once.users)
        #expect(twice.items == once.items)
        #expect(twice.itemTable.ids == once.itemTable.ids)
        #expect(once.itemCount == Set(once.items).count)
    }
}
