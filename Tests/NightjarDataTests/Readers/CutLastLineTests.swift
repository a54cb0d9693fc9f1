import Testing

@testable import NightjarData

@Suite("Logs without a newline at their end")
struct CutLastLineTests {
    /// Times of nine and of ten digits, as in MovieLens 1M.
    private static let dat = "1::2::3::956703932\n1::3::4::978300760\n2::2::5::1046454590"

    @Test("are read when they are whole")
    func whole() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [
            ("a/ratings.dat", Self.dat),
            ("b/ratings.dat", "1::2::3::1046454590\n1::3::4::956703932"),
            ("c.csv", "user,item,rating\n1,2,3.5\n2,2,4.0"),
            ("d.csv", "user,item,rating\n1,2,3.5\n1,3,4\n2,2,4"),
            ("e.csv", "user,item,timestamp\n1,2,30\n1,3,20\n2,2,3"),
            ("f.csv", "user,item\n10,200\n20,2"),
        ] {
            let path = try folder.write(name, text)
            #expect(throws: Never.self, "\(name)") { try Interactions.read(path) }
        }
    }

    @Test("are refused wherever the last time was cut", arguments: 1...9)
    func cutTime(_ missing: Int) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("ratings.dat", String(Self.dat.dropLast(missing)))
        let found = "1046454590".dropLast(missing)
        #expect(
            throws: DataError.damagedLine(
                file: path, line: 3, expected: "a time like those of the other lines",
                found: "'\(found)' at the end of a file without a final newline, as if it had been"
                    + " cut")
        ) { try Interactions.read(path) }
    }

    @Test("are refused when the last rating lost its decimals", arguments: ["4", "4."])
    func cutRating(_ last: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("r.csv", "user,item,rating\n1,2,3.5\n1,3,4.0\n2,2,\(last)")
        #expect(
            throws: DataError.damagedLine(
                file: path, line: 4,
                expected: "a rating with as many decimals as the other lines have",
                found: "'\(last)' at the end of a file without a final newline, as if it had been"
                    + " cut")
        ) { try Interactions.read(path) }
        let ended = try folder.write("s.csv", "user,item,rating\n1,2,3.5\n1,3,4.0\n2,2,\(last)\n")
        #expect(throws: Never.self) { try Interactions.read(ended) }
    }
}
