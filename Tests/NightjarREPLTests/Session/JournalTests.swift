import Foundation
import Testing

@testable import NightjarREPL

@Suite("Journal")
struct JournalTests {
    @Test("is a script that does the same again")
    func script() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let journal = Journal(path: file.path) { _ in }
        _ = try Dialogue("nj> x = 2\nnj> x *\n... 3\nnj> print(x)\nnj> x = = 1", journal: journal)
        #expect(
            try String(contentsOf: file, encoding: .utf8)
                == "-- 1\nx = 2\n-- 2\n_ = x *\n3\n-- 3\nprint(x)\n-- 4\nx = = 1\n")
    }

    @Test("takes the place of the oldest when there are many")
    func oldest() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for number in 100..<160 {
            try Data().write(to: folder.appending(path: "\(number).lua"))
        }
        try Data().write(to: folder.appending(path: "000 notes.txt"))
        Journal.removeOldest(in: folder.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names.count == Journal.mostFiles - 1 + 1)
        #expect(names.first == "000 notes.txt" && names[1] == "111.lua")
        Journal.removeOldest(in: "/no/such/folder")
    }

    @Test("says once when it cannot be written, and stops nothing")
    func failure() throws {
        var notices: [String] = []
        let journal = Journal(path: "/proc/none/journal.lua") { notices.append($0) }
        let dialogue = try Dialogue("nj> 1\nnj> 2", journal: journal)
        #expect(dialogue.screen == "nj> 1\n1\nnj> 2\n2\n")
        #expect(notices.count == 1)
        #expect(notices.first?.hasPrefix("no journal is kept: cannot make folder") == true)
    }
}
