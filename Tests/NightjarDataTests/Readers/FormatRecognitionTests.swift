import Testing

@testable import NightjarData

@Suite("Recognising formats")
struct FormatRecognitionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func recognised(_ name: String, _ text: String) throws -> LogFormat {
        try FormatRecognition.source(at: folder.write(name, text), ReadingOptions()).format
    }

    @Test("goes by names first")
    func names() throws {
        #expect(try recognised("a/u.data", "") == .movieLens100K)
        #expect(try recognised("a/ratings.dat", "") == .movieLensDat)
        #expect(try recognised("a/x.inter", "") == .atomic)
        #expect(try recognised("b/ua.base", "1 2\n3 4\n") == .pairs)
        try folder.write("b/u.item", "")
        #expect(try recognised("b/ua.base", "1 2\n3 4\n") == .movieLens100K)
    }

    @Test("takes ratings.csv for MovieLens only with films beside it")
    func ratingsCSV() throws {
        let text = "user,item\nann,x\n"
        #expect(try recognised("c/ratings.csv", text) == .table)
        #expect(try Interactions.read(folder.path + "/c").userTable.ids == ["ann"])
        try folder.write("c/movies.csv", "movieId,title,genres\n")
        #expect(try recognised("c/ratings.csv", text) == .movieLensCSV)
    }

    @Test(
        "goes by content where names say nothing",
        arguments: [
            ("1 2\n3 4\n", LogFormat.pairs), ("1 2\n3 4 5\n", .sequences), ("a b\nc d\n", .table),
            ("1,2\n", .table), ("1::2::3::4\n", .table), ("user\titem\n1\t2\n", .table),
        ])
    func content(_ text: String, _ format: LogFormat) throws {
        #expect(try recognised("any.txt", text) == format)
    }

    @Test("prefers ratings with times to sequences, unless told otherwise")
    func preference() throws {
        try folder.write("m/ratings.dat", "1::2::3::4\n")
        try folder.write("m/user_sequences.txt", "1 2 3\n")
        let path = folder.path + "/m"
        #expect(try Interactions.read(path).timestamps == [4])
        #expect(try Interactions.read(path, ReadingOptions(format: .sequences)).count == 2)
    }

    @Test("says what a folder would need, and which formats there are")
    func unrecognised() throws {
        try folder.write("e/notes.md", "")
        let path = folder.path + "/e"
        let error = #expect(throws: DataError.self) { try Interactions.read(path) }
        let text = try #require(error).description
        #expect(text.contains("has none of the files u.data, ratings.dat, ratings.csv"))
        #expect(text.contains("e.inter"))
        #expect(text.hasSuffix("'sequences', 'pairs', 'recbole'."))
    }
}
