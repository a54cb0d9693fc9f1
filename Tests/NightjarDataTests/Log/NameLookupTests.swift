import Testing

@testable import NightjarData

@Suite("Looking up names")
struct NameLookupTests {
    private func log() throws -> Interactions {
        try Interactions(
            name: "named", users: [1, 2], items: [1, 2],
            userTable: AttributeTable(ids: ["u7", "u9"]),
            itemTable: AttributeTable(
                ids: ["10", "20", "30", "40", "Twins"],
                columns: ["title": ["Solaris", "Twins", "twins", "Twins", "10"]]))
    }

    @Test("prefers ids to titles, and the given letters to others")
    func order() throws {
        let log = try log()
        #expect(try log.item(named: "10") == 1)
        #expect(try log.item(named: "Twins") == 5)
        #expect(try log.item(named: "twins") == 3)
        #expect(try log.item(named: "SOLARIS") == 1)
        #expect(try log.user(named: "u9") == 2)
    }

    @Test("does not choose among several")
    func ambiguous() throws {
        #expect(
            throws: LookupError.ambiguous(kind: "item", name: "TWINS", ids: ["20", "30", "40"])
        ) { try log().item(named: "TWINS") }
    }

    @Test("proposes a misspelt name first, then longer ones, three at most")
    func suggestions() throws {
        let titles = ["Alien 3", "Alien Nation", "Aliens", "My Alien"]
        let log = try Interactions(
            name: "aliens", users: [1], items: [1], userTable: AttributeTable(ids: ["1"]),
            itemTable: AttributeTable(
                ids: titles.indices.map { "\($0)" }, columns: ["title": titles]))
        #expect(
            throws: LookupError.notFound(
                kind: "item", name: "alien", near: ["Aliens", "Alien 3", "Alien Nation"])
        ) { try log.item(named: "alien") }
        #expect(throws: LookupError.notFound(kind: "item", name: "my alen", near: ["My Alien"])) {
            try log.item(named: "my alen")
        }
        #expect(throws: LookupError.notFound(kind: "item", name: "", near: [])) {
            try log.item(named: "")
        }
        #expect(throws: LookupError.notFound(kind: "user", name: "x", near: [])) {
            try log.user(named: "x")
        }
    }
}
