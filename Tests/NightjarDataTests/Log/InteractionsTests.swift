import Testing

@testable import NightjarData

@Suite("A log of interactions")
struct InteractionsTests {
    private func log(
        name: String = "toy", items: [Int32] = [1, 2, 2], ratings: [Float]? = [5, 3.5, 1],
        timestamps: [Int64]? = [0, 86_400, 874_724_710], itemIds: [String] = ["10", "20"]
    ) throws -> Interactions {
        try Interactions(
            name: name, users: [1, 1, 2], items: items, ratings: ratings, timestamps: timestamps,
            userTable: AttributeTable(ids: ["1", "7"]), itemTable: AttributeTable(ids: itemIds))
    }

    @Test("says in one line what it is")
    func description() throws {
        #expect(
            try log().description
                == "Interactions toy: 3 rows, 2 users, 2 items, 1970-01-01 to 1997-09-20,"
                + " 75.00% dense")
        #expect(
            try log(timestamps: nil).description
                == "Interactions toy: 3 rows, 2 users, 2 items, no times, 75.00% dense")
    }

    @Test("does not call a thin log empty")
    func thin() throws {
        let ids = (0..<100_000).map { String($0) }
        let log = try Interactions(
            name: "thin", users: [1], items: [1], userTable: AttributeTable(ids: ["1"]),
            itemTable: AttributeTable(ids: ids))
        #expect(log.description.hasSuffix("no times, <0.01% dense"))
    }

    @Test("has the digest that its definition gives")
    func digest() throws {
        // Python: hashlib.sha256 over the bytes that the documentation lists, packed by struct.
        #expect(
            try log().digest == "d7f303bf4ca8fcb58f421f791ea2fc4efcdfa1e569973ba4ba148a6d3b68621d")
    }

    @Test("changes its digest with each column and id, not with its name")
    func digestCoverage() throws {
        let original = try log().digest
        #expect(try log(name: "other").digest == original)
        let changed = try [
            log(items: [1, 2, 1]), log(ratings: [5, 3.5, 2]), log(ratings: nil),
            log(timestamps: [0, 86_400, 1]), log(timestamps: nil), log(itemIds: ["10", "21"]),
            log(itemIds: ["102", "0"]),
        ].map(\.digest)
        #expect(Set(changed + [original]).count == changed.count + 1)
    }

    @Test("refuses columns of different lengths and numbers outside its tables")
    func invalid() {
        #expect(throws: DataError.columnLengths([3, 2, 3, 3])) { try log(items: [1, 2]) }
        #expect(throws: DataError.idOutOfRange(row: 1, id: 3, limit: 2)) {
            try log(items: [1, 3, 2])
        }
        #expect(throws: DataError.idOutOfRange(row: 2, id: 0, limit: 2)) {
            try log(items: [1, 2, 0])
        }
    }
}
