import Testing

@testable import NightjarData

@Suite("Sequences and pairs")
struct SequenceReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("of a user a line keep the order of items and take titles from beside")
    func sequences() throws {
        let path = try folder.write("s/user_sequences.txt", "5 30 10 30\n2 10 20 \r\n")
        try folder.write("s/movies.dat", "10::Ten (1979)::Comedy\n30::Thirty::Drama\n")
        let log = try Interactions.read(Paths.folder(of: path))
        #expect(log.name == "s")
        #expect(log.users == [2, 2, 2, 1, 1])
        #expect(log.items == [3, 1, 3, 1, 2])
        #expect(log.ratings == nil && log.timestamps == nil)
        #expect(log.itemTable.columns["title"] == ["Ten (1979)", "", "Thirty"])
        #expect(log.itemTable.columns["year"] == ["1979", "", ""])
    }

    @Test("of a pair a line are told apart from sequences by their lines")
    func pairs() throws {
        let pairs = try Interactions.read(folder.write("p.txt", "1 5\n1 6\n2 5\n"))
        #expect(pairs.users == [1, 1, 2] && pairs.items == [1, 2, 1])
        let sequences = try Interactions.read(folder.write("q.txt", "1 5\n2 6 7\n"))
        #expect(sequences.users == [1, 2, 2])
        let chosen = try Interactions.read(
            folder.write("r.txt", "1 5\n2 6\n"), ReadingOptions(format: .sequences))
        #expect(chosen.items == [1, 2])
    }

    @Test("name the line that is none", arguments: ["1", "1 x", "1  2", "1 -2", "1 2147483648"])
    func damage(_ line: String) throws {
        let path = try folder.write("s.txt", "7 1 2\n\(line)\n8 1 2\n")
        #expect(
            throws: DataError.damagedLine(
                file: path, line: 2,
                expected: "a user and at least one item, as integers 0 ... 2147483647"
                    + " separated by single spaces", found: "'\(line)'")
        ) { try Interactions.read(path, ReadingOptions(format: .sequences)) }
    }

    @Test("have each user on one line")
    func repeatedUser() throws {
        let path = try folder.write("s.txt", "7 1 2\n8 1 2\n7 3 4\n")
        #expect(
            throws: DataError.damagedLine(
                file: path, line: 3, expected: "a user that no line before has",
                found: "'7' again")
        ) { try Interactions.read(path) }
    }
}
