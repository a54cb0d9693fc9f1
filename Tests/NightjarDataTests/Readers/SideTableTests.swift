import Testing

@testable import NightjarData

@Suite("Side tables")
struct SideTableTests {
    @Test(
        "find the year of a title",
        arguments: [
            ("Heat (1995)", "1995"), ("Scream of Stone (Schrei aus Stein) (1991)", "1991"),
            ("Fawlty Towers (1975-1979)", "1975"), ("Big Bang Theory, The (2007-)", "2007"),
            ("Stranger Things", ""), ("2001: A Space Odyssey", ""), ("Seven (a.k.a. Se7en)", ""),
            ("Odd (19955)", ""), ("Cut (1995", ""), ("", ""),
        ])
    func year(_ title: String, _ year: String) {
        #expect(ReleaseYear.inTitle(title) == year)
    }

    @Test("find the year of a date", arguments: [("01-Jan-1995", "1995"), ("", ""), ("4-Feb", "")])
    func date(_ date: String, _ year: String) {
        #expect(ReleaseYear.inDate(date) == year)
    }

    @Test("join by original id; unknown ids get empty cells, a year of its own is kept")
    func join() throws {
        let file = try SourceFile(path: "f", bytes: Array("7\tA (1990)\t1991\n5\tB\t\n".utf8))
        let table = try SideTable.read(file, .tabs, columns: ["title", "year"], fieldCount: 3) {
            Array($0.dropFirst())
        }
        let joined = try table.joined(to: ["5", "6", "7"])
        #expect(joined.columns == ["title": ["B", "", "A (1990)"], "year": ["", "", "1991"]])
    }
}
