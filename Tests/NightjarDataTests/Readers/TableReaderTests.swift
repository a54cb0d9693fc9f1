import Testing

@testable import NightjarData

@Suite("Tables")
struct TableReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func read(
        _ text: String, _ change: (inout ReadingOptions) -> Void = { _ in }
    ) throws -> Interactions {
        var options = ReadingOptions(format: .table)
        change(&options)
        return try Interactions.read(folder.write("t.csv", text), options)
    }

    @Test("find columns by their usual names, in any order and case")
    func usualNames() throws {
        let log = try read("Time,ItemID,extra,user_id,Stars\n5,b,x,u,4\n6,a,\"y,z\",u,2.5\n")
        #expect(log.itemTable.ids == ["a", "b"])
        #expect(log.items == [2, 1])
        #expect(log.ratings == [4, 2.5])
        #expect(log.timestamps == [5, 6])
    }

    @Test("without a header come in the order user, item, rating, time")
    func headerless() throws {
        let two = try read("10;20\n3;20\n")
        #expect(two.userTable.ids == ["3", "10"])
        #expect(two.ratings == nil && two.timestamps == nil)
        let four = try read("a\tb\t1\t99\n")
        #expect(four.ratings == [1] && four.timestamps == [99])
    }

    @Test("take columns by choice")
    func chosen() throws {
        let log = try read("who,what,n,when\n1,2,7,1500000000123\n") {
            $0.user = .named("who")
            $0.item = .position(2)
            $0.rating = .absent
            $0.timestamp = .named("when")
            $0.timeUnit = .milliseconds
        }
        #expect(log.ratings == nil)
        #expect(log.timestamps == [1_500_000_000])
        let swapped = try read("9 1\n8 1\n") {
            $0.user = .position(2)
            $0.item = .position(1)
        }
        #expect(swapped.userCount == 1 && swapped.itemTable.ids == ["8", "9"])
    }

    @Test("sort integer ids by value and others by bytes")
    func order() throws {
        #expect(try read("2,1\n10,1\n").userTable.ids == ["2", "10"])
        #expect(try read("2,1\n10,1\nx,1\n").userTable.ids == ["10", "2", "x"])
        #expect(try read("07,1\n2,1\n").userTable.ids == ["07", "2"])
        let large = ["99999999999999999999999", "9", "100000000000000000000000"]
        let log = try read(large.map { "\($0),1\n" }.joined())
        #expect(log.userTable.ids == [large[1], large[0], large[2]])
    }

    @Test("keep ids apart that differ in bytes only")
    func bytewise() throws {
        #expect(try read("\u{E9},1\ne\u{301},1\n").userCount == 2)
    }

    @Test("read quoted ids and numbers")
    func quoted() throws {
        let log = try read(
            "user,item,rating\n\"a, b\",\"1\",\"2.5\"\n\"a, \"\"b\"\"\",\"2\",\"3\"\n")
        #expect(log.userTable.ids == ["a, \"b\"", "a, b"])
        #expect(log.itemTable.ids == ["1", "2"])
        #expect(log.ratings == [2.5, 3])
    }

    @Test("far apart integers are numbered like near ones")
    func sparse() throws {
        #expect(try read("2147483647,1\n0,1\n77,1\n").users == [3, 1, 2])
    }

    @Test("name the columns there are when one is missing")
    func missing() throws {
        let path = Paths.join(folder.path, "t.csv")
        #expect(
            throws: DataError.missingColumn(
                file: path, role: "item", columns: ["user", "thing"], hint: "")
        ) { try read("user,thing\n1,2\n") }
        #expect(
            throws: DataError.missingColumn(
                file: path, role: "item", columns: ["user", "thing"],
                hint: " called 'thng' (did you mean 'thing'?)")
        ) { try read("user,thing\n1,2\n") { $0.item = .named("thng") } }
        #expect(
            throws: DataError.missingColumn(
                file: path, role: "item", columns: ["1", "2"],
                hint: ": column 1 is the user already")
        ) { try read("1,2\n") { $0.item = .position(1) } }
    }

    @Test("refuse a separator that cannot be one", arguments: ["", "\"", ":::", "é", "\n"])
    func separator(_ text: String) {
        #expect(throws: DataError.self) { try read("1,2\n") { $0.separator = text } }
    }

    @Test("say which columns a file has in the error's text")
    func wording() {
        let error = DataError.missingColumn(
            file: "f", role: "user", columns: ["a", "b"], hint: "")
        #expect(
            error.description
                == "'f' has no column for the user. Name one of its columns: 'a', 'b'.")
    }
}
