import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Film titles")
struct FilmTitlesTests {
    @Test("are unique, also when there are more films than words")
    func unique() {
        var titles = FilmTitles(RandomStream(seed: 1, "titles"))
        let made = (0..<5_000).map { titles.next(in: Genre.all[$0 % 2]) }
        #expect(Set(made).count == made.count)
    }

    @Test("number sequels as films do")
    func sequels() {
        var titles = FilmTitles(RandomStream(seed: 1, "titles"))
        let parts = (2...8).map { titles.sequel(of: "The Hungry Doll", part: $0) }
        #expect(parts[0] == "The Hungry Doll II")
        #expect(parts[2] == "The Hungry Doll IV")
        #expect(parts[6] == "The Hungry Doll 8")
        #expect(titles.sequel(of: "The Hungry Doll", part: 2) == "The Hungry Doll II No. 2")
    }

    @Test("carry their year, which agrees with the year column, and sequels come later")
    func years() throws {
        let table = try Simulation().generate().itemTable
        let titles = try #require(table.columns["title"])
        let years = try #require(table.columns["year"])
        var yearOf: [Substring: Int] = [:]
        for (title, year) in zip(titles, years) {
            #expect(title.hasSuffix(" (\(year))"))
            let number = try #require(Int(year))
            yearOf[title.dropLast(7)] = number
        }
        #expect(yearOf.count == 300)
        var sequels = 0
        for (title, year) in yearOf where title.hasSuffix(" II") {
            sequels += 1
            #expect(try #require(yearOf[title.dropLast(3)]) < year)
        }
        #expect(sequels > 20)
    }

    @Test("stand beside genres that exist")
    func genres() throws {
        let genres = try #require(try Simulation().generate().itemTable.columns["genres"])
        let known = Set(Genre.all.map(\.name))
        for cell in genres {
            let parts = cell.split(separator: "|").map(String.init)
            #expect((1...2).contains(parts.count))
            #expect(known.isSuperset(of: parts))
        }
    }
}
