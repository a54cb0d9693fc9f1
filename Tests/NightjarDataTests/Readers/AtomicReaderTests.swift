import Foundation
import Testing

@testable import NightjarData

@Suite("RecBole's atomic files")
struct AtomicReaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("give rows by header names and attributes from the files beside")
    func whole() throws {
        let path = try folder.write(
            "d/d.inter",
            "rating:float\tuser_id:token\thistory:token_seq\titem_id:token\ttimestamp:float\n"
                + "3\tub\tx y\tib\t8.8E8\n4.5\tua\t\tia\t1\n")
        try folder.write(
            "d/d.item",
            "item_id:token\tmovie_title:token_seq\tclass:token_seq\tprice:float\n"
                + "ia\tToy Story\tComedy Drama\t1.5\nic\tUnseen\t\t\n")
        try folder.write("d/d.user", "user_id:token\tage:float\nub\t\nua\t7\n")
        let log = try Interactions.read(Paths.folder(of: path))
        #expect(log.name == "d")
        #expect(log.users == [2, 1] && log.items == [2, 1])
        #expect(log.ratings == [3, 4.5] && log.timestamps == [880_000_000, 1])
        #expect(log.itemTable.columns["title"] == ["Toy Story", ""])
        #expect(log.itemTable.columns["genres"] == ["Comedy|Drama", ""])
        #expect(log.userTable.columns["age"] == ["7", ""])
    }

    @Test(
        "refuse a header that is none",
        arguments: [
            "user_id\titem_id", "user_id:token\titem_id:text", "a:token\ta:token", ":token",
        ])
    func header(_ header: String) throws {
        let path = try folder.write("d.inter", "\(header)\n1\t2\n")
        #expect {
            try Interactions.read(path)
        } throws: {
            if case DataError.damagedLine(path, 1, _, _) = $0 { true } else { false }
        }
    }

    @Test("say which column is missing")
    func missing() throws {
        let path = try folder.write("d.inter", "user_id:token\tthing:token\n1\t2\n")
        #expect(
            throws: DataError.missingColumn(
                file: path, role: "item", columns: ["user_id", "thing"],
                hint: "")
        ) { try Interactions.read(path) }
    }

    @Test("ask which file is meant when a folder holds several logs")
    func several() throws {
        try folder.write("d/a.inter", "")
        try folder.write("d/b.inter", "")
        #expect {
            try Interactions.read(Paths.join(folder.path, "d"))
        } throws: {
            "\($0)".contains("several logs (a.inter, b.inter)")
        }
    }

    @Test("of RecBole's own tests are read, or refused for the reason they were made for")
    func fixtures() throws {
        guard let fixtures = realData("judges/recbole-atomic") else {
            print("skipped: NIGHTJAR_DATA has no judges/recbole-atomic")
            return
        }
        var read = 0
        for set in Paths.names(in: fixtures) {
            let folder = Paths.join(fixtures, set)
            for name in Paths.names(in: folder) where name.hasSuffix(".inter") {
                let path = Paths.join(folder, name)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                let rows = text.split(separator: "\n").count - 1
                switch set {
                case "filter_nan_user_or_item":
                    #expect(
                        throws: DataError.damagedLine(
                            file: path, line: 2, expected: "an item id", found: "nothing")
                    ) { try Interactions.read(path) }
                case "test":
                    // The published file ends in the middle of another line.
                    #expect(
                        throws: DataError.damagedLine(
                            file: path, line: 6018, expected: "4 fields separated by tabs",
                            found: #"'130\t121\t5\t876250746\t1'"#)
                    ) { try Interactions.read(path) }
                case "ui_feat_preparation_and_fill_nan":
                    #expect(
                        throws: DataError.damagedLine(
                            file: path, line: 5, expected: "a finite number as rating",
                            found: "nothing")
                    ) { try Interactions.read(path) }
                default:
                    #expect(try Interactions.read(path).count == rows, "\(path)")
                    read += 1
                }
            }
        }
        #expect(read >= 20)
    }
}
