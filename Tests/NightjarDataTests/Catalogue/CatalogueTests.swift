import Foundation
import Testing

@testable import NightjarData

@Suite("The catalogue")
struct CatalogueTests {
    let folder: TemporaryFolder
    let catalogue: Catalogue

    init() throws {
        folder = try TemporaryFolder()
        catalogue = Catalogue(
            folders: [Paths.join(folder.path, "one"), Paths.join(folder.path, "two")],
            userFolder: Paths.join(folder.path, "home"))
    }

    @Test("finds names in its folders in their order, the user's own last")
    func order() throws {
        try folder.write("home/mine/user_sequences.txt", "1 2\n2 9\n")
        #expect(try catalogue.open("mine").count == 2)
        try folder.write("two/mine/user_sequences.txt", "1 2 3 4\n")
        #expect(try catalogue.open("mine").count == 3)
        try folder.write("one/mine/user_sequences.txt", "1 2 3 4 5\n")
        #expect(try catalogue.open("mine").count == 4)
    }

    @Test("reads its folders from the environment")
    func environment() async {
        await #expect(processExitsWith: .success) {
            setenv("NIGHTJAR_DATA", "/a:/b/c", 1)
            setenv("XDG_DATA_HOME", "/share", 1)
            setenv("HOME", "/home/ann", 1)
            let full = Catalogue.ofEnvironment()
            #expect(full.folders == ["/a", "/b/c"] && full.userFolder == "/share/nightjar")
            unsetenv("NIGHTJAR_DATA")
            setenv("XDG_DATA_HOME", "not/absolute", 1)
            let plain = Catalogue.ofEnvironment()
            #expect(plain.folders == [] && plain.mirror == nil)
            #expect(plain.userFolder == "/home/ann/.local/share/nightjar")
        }
    }

    @Test("knows the names of folders inside archives")
    func alias() throws {
        try folder.write("one/ml-10M100K/ratings.dat", "1::122::5::838985046\n")
        let log = try catalogue.open("ml-10m")
        #expect(log.name == "ml-10m" && log.count == 1)
    }

    @Test("opens paths of folders and files, with options")
    func paths() throws {
        let file = try folder.write("elsewhere/log.csv", "a,b\nc,d\n")
        #expect(try catalogue.open(file).name == "log")
        #expect(try catalogue.open(file, ReadingOptions(name: "mine")).name == "mine")
        #expect(throws: (any Error).self) { try catalogue.open(file + "x") }
    }

    @Test("says where it looked and how to get what is missing")
    func missing() {
        let searched = ["one", "two", "home"].map { Paths.join(folder.path, $0) }
        #expect(
            throws: DataError.unknownDataSet(
                name: "ml-100k", searched: searched,
                hint:
                    "Get it with 'nightjar data fetch ml-100k', or set NIGHTJAR_DATA to the folder"
                    + " that holds ml-100k/.")
        ) { try catalogue.open("ml-100k") }
        #expect(
            throws: DataError.unknownDataSet(
                name: "ml-100", searched: searched, hint: "Did you mean 'ml-100k'?")
        ) { try catalogue.open("ml-100") }
        #expect(
            throws: DataError.unknownDataSet(
                name: "nothing-like-it", searched: searched,
                hint: "Give a path with a '/', or a name that 'nightjar data list' shows.")
        ) { try catalogue.info("nothing-like-it") }
    }

    @Test("does not take folders above or strange names for data sets", arguments: ["", ".", ".."])
    func strange(_ name: String) {
        #expect(catalogue.location(of: name) == nil)
    }

    @Test("lists what is known and what is here")
    func list() throws {
        try folder.write("two/own/own.inter", "user_id:token\titem_id:token\n1\t2\n")
        try folder.write("two/notes/readme.txt", "no log")
        try folder.write("one/ml-1m/ratings.dat", "1::2::3::4\n")
        let entries = catalogue.list()
        #expect(entries.map(\.name) == DataSet.known.map(\.name) + ["own"])
        #expect(
            entries.filter { $0.location != nil }.map(\.name) == ["ml-1m", "own"])
        #expect(entries.last?.isFetchable == false)
    }

    @Test("tells of a data set what it is, where it is and on which terms")
    func info() throws {
        let text = try catalogue.info("ml-100k").description
        #expect(text.contains("100000 rows, 943 users, 1682 items"))
        #expect(text.contains("not here: get it with 'nightjar data fetch ml-100k'"))
        #expect(text.contains("terms: For research"))
        #expect(text.contains("https://files.grouplens.org/datasets/movielens/ml-100k.zip"))
        try folder.write("one/amazon-beauty/user_sequences.txt", "1 2\n")
        let beauty = try catalogue.info("amazon-beauty")
        #expect(beauty.description.contains("found in \(folder.path)/one/amazon-beauty"))
        #expect(!beauty.isFetchable)
    }

    @Test("has a checksum for every archive that its publisher does not change")
    func known() {
        #expect(Set(DataSet.known.map(\.name)).count == DataSet.known.count)
        for dataSet in DataSet.known {
            #expect(!dataSet.licence.isEmpty && !dataSet.citation.isEmpty)
            guard let archive = dataSet.archive else { continue }
            #expect((archive.checksum != nil) == (dataSet.name != "ml-latest-small"))
            #expect(archive.publisher.hasPrefix("https://") && archive.publisher.hasSuffix("/"))
        }
        #expect(DataSet.named("ml-100k")?.archive?.members.count == 1)
    }

    @Test("has the checksum of the real u.data")
    func realChecksum() throws {
        guard let path = realData("ml-100k/u.data") else {
            print("skipped: NIGHTJAR_DATA has no ml-100k")
            return
        }
        let expected = DataSet.named("ml-100k")?.archive?.members["u.data"]
        #expect(try Checksum(.md5, ofFile: path) == expected)
    }
}
