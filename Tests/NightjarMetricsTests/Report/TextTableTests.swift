import Testing

@testable import NightjarMetrics

@Suite("Text tables")
struct TextTableTests {
    @Test("align text to the left and numbers to the right")
    func aligned() {
        var table = TextTable([TextTable.Column("film", .left), TextTable.Column("n", .right)])
        table.add(["Amélie", "7"])
        table.add(["Heat", "1234"])
        #expect(table.description == "film       n\nAmélie     7\nHeat    1234")
    }

    @Test("lose no cell of a long row and need none of a short one")
    func raggedRows() {
        var table = TextTable([TextTable.Column("a", .left)])
        table.add(["1", "more"])
        table.add([])
        #expect(table.description == "a\n1  more\n")
    }
}
