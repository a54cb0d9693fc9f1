import Testing

@testable import NightjarData

@Suite("MovieLens files")
struct MovieLensReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write100K(to name: String = "small-100k") throws -> String {
        let none = String(repeating: "|0", count: 17)
        try folder.write("\(name)/u.data", "9\t20\t3\t86400\n2\t100\t5\t0\n9\t100\t1\t172800\n")
        try folder.write(
            "\(name)/u.item",
            Array("20|Caf".utf8) + [0xE9]
                + Array(" Noir (1983)|01-Jan-1990||url|0|1\(none)\n".utf8)
                + Array("100|Untitled|24-Mar-1971||url|0|0\(none.dropLast(4))|1|1\n".utf8)
                + Array("300|Unseen (1990)|||url|1|0\(none)\n".utf8))
        try folder.write(
            "\(name)/u.user", "2|24|M|technician|85711\n9|53|F|other|94043\n")
        return Paths.join(folder.path, name)
    }

    @Test("of 100K give rows in file order, dense by sorted id, with titles, years and genres")
    func hundredK() throws {
        let log = try Interactions.read(write100K())
        #expect(log.name == "small-100k")
        #expect(log.users == [2, 1, 2])
        #expect(log.items == [1, 2, 2])
        #expect(log.ratings == [3, 5, 1])
        #expect(log.timestamps == [86_400, 0, 172_800])
        #expect(log.itemTable.ids == ["20", "100"])
        #expect(log.itemTable.columns["title"] == ["Café Noir (1983)", "Untitled"])
        #expect(log.itemTable.columns["year"] == ["1983", "1971"])
        #expect(log.itemTable.columns["genres"] == ["Action", "War|Western"])
        #expect(log.userTable.value("occupation", of: 1) == "technician")
        #expect(log.userTable.value("age", of: 2) == "53")
        #expect(log.userTable.value("zip", of: 2) == "94043")
    }

    @Test("of 100K give a published split by its file")
    func hundredKSplit() throws {
        let whole = try write100K()
        try folder.write("small-100k/ua.base", "2\t100\t5\t0\n")
        let log = try Interactions.read(Paths.join(whole, "ua.base"))
        #expect(log.count == 1)
        #expect(log.itemTable.label(of: 1) == "Untitled")
    }

    @Test("of 1M and 10M are cut at '::', with half stars and either encoding")
    func dat() throws {
        let path = try folder.write("m/ratings.dat", "1::7::3.5::978300760\n1::3::5::978302109")
        try folder.write(
            "m/movies.dat", "3::Heat: A Story (1995)::Crime|Drama\n7::Léon (1994)::Thriller\n")
        try folder.write("m/users.dat", "1::F::1::10::48067\n")
        let log = try Interactions.read(Paths.folder(of: path))
        #expect(log.ratings == [3.5, 5])
        #expect(log.items == [2, 1])
        #expect(log.itemTable.columns["title"] == ["Heat: A Story (1995)", "Léon (1994)"])
        #expect(log.itemTable.columns["year"] == ["1995", "1994"])
        #expect(log.userTable.value("gender", of: 1) == "F")
        #expect(try Interactions.read(path).digest == log.digest)
    }

    @Test("of 20M and later are CSV with quoted titles")
    func csv() throws {
        let path = try folder.write(
            "ml/ratings.csv",
            "\u{FEFF}userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n1,4,3.0,1260759145\r\n"
        )
        try folder.write(
            "ml/movies.csv",
            """
            movieId,title,genres
            4,"11'09""01, or so (2002-)",Drama
            31,Nothing Known,(no genres listed)

            """)
        let log = try Interactions.read(Paths.folder(of: path))
        #expect(log.items == [2, 1])
        #expect(log.itemTable.columns["title"] == ["11'09\"01, or so (2002-)", "Nothing Known"])
        #expect(log.itemTable.columns["year"] == ["2002", ""])
        #expect(log.itemTable.value("genres", of: 2) == nil)
        #expect(log.timestamps == [1_260_759_144, 1_260_759_145])
    }

    @Test("that stand beside a log are checked too")
    func damagedSideFile() throws {
        try folder.write("m/ratings.dat", "1::7::3.5::978300760\n")
        let movies = try folder.write("m/movies.dat", "7::Heat (1995)::Crime\n8:Half\n")
        #expect(
            throws: DataError.damagedLine(
                file: movies, line: 2, expected: "3 fields separated by '::'", found: "'8:Half'")
        ) { try Interactions.read(Paths.folder(of: movies)) }
        try folder.write("m/movies.dat", "7::Heat (1995)::Crime\n7::Heat (1995)::Crime\n")
        #expect(
            throws: DataError.damagedLine(
                file: movies, line: 2, expected: "an id that no line before has", found: "'7'")
        ) { try Interactions.read(Paths.folder(of: movies)) }
    }

    @Test("without their side files still read")
    func alone() throws {
        let log = try Interactions.read(
            folder.write("lone/ratings.dat", "1::7::3::978300760\n"))
        #expect(log.itemTable.columns.isEmpty)
        #expect(log.itemTable.label(of: 1) == "7")
    }

    @Test(
        "of the real sets have the published sizes",
        arguments: [
            ("ml-100k", 100_000, 943, 1682), ("ml-latest-small", 100_004, 671, 9066),
            ("ml-1m", 999_611, 6040, 3416),
        ])
    func real(_ name: String, _ rows: Int, _ users: Int, _ items: Int) throws {
        guard let path = realData(name) else {
            print("skipped: NIGHTJAR_DATA has no \(name)")
            return
        }
        let log = try Interactions.read(path)
        #expect([log.count, log.userCount, log.itemCount] == [rows, users, items])
        #expect(log.itemTable.columns["title"]?.contains("") == false)
        if name == "ml-100k" {
            #expect(
                log.description == "Interactions ml-100k: 100000 rows, 943 users, 1682 items,"
                    + " 1997-09-20 to 1998-04-22, 6.30% dense")
            #expect(log.itemTable.label(of: 1) == "Toy Story (1995)")
            #expect(log.itemTable.value("year", of: 267) == nil)
        }
    }
}
