import Foundation
import Testing

@testable import NightjarMetrics

@Suite("TREC files")
struct TRECFileTests {
    private func written(_ write: (String) throws -> Void) throws -> String {
        let path = NSTemporaryDirectory() + "nightjar-trec-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write(path)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("list items in order with strictly falling scores")
    func run() throws {
        let text = try written { path in
            let lists = [
                RankedList(query: "u1", items: ["b", "a", "c"]), RankedList(query: "u2", items: []),
                RankedList(query: "u3", items: ["a"]),
            ]
            try TRECFile.writeRun(lists, tag: "lstm", to: path)
        }
        #expect(
            text == """
                u1 Q0 b 1 3 lstm
                u1 Q0 a 2 2 lstm
                u1 Q0 c 3 1 lstm
                u3 Q0 a 1 1 lstm

                """)
    }

    @Test("hold judgements with their grades")
    func judgements() throws {
        let text = try written { path in
            let judgements = [
                Judgements(query: "u1", relevant: ["a", "x"]),
                Judgements(query: "u2", items: [("b", 3)]),
            ]
            try TRECFile.writeJudgements(judgements, to: path)
        }
        #expect(text == "u1 0 a 1\nu1 0 x 1\nu2 0 b 3\n")
    }

    @Test("refuse identifiers that would break the columns", arguments: ["", "a b", "a\tb", "a\n"])
    func identifiers(_ id: String) {
        let path = NSTemporaryDirectory() + "nightjar-trec-\(UUID().uuidString)"
        #expect(throws: TRECError.badIdentifier(id, kind: "item")) {
            try TRECFile.writeRun([RankedList(query: "u", items: ["ok", id])], to: path)
        }
        #expect(throws: TRECError.badIdentifier(id, kind: "query")) {
            try TRECFile.writeJudgements([Judgements(query: id, relevant: [])], to: path)
        }
        #expect(throws: TRECError.badIdentifier(id, kind: "tag")) {
            try TRECFile.writeRun([], tag: id, to: path)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("refuse repetitions")
    func repetitions() {
        #expect(throws: TRECError.repeatedItem("a", query: "u")) {
            try TRECFile.writeRun([RankedList(query: "u", items: ["a", "a"])], to: "unused")
        }
        #expect(throws: TRECError.repeatedQuery("u")) {
            let lists = [RankedList(query: "u", items: []), RankedList(query: "u", items: ["a"])]
            try TRECFile.writeRun(lists, to: "unused")
        }
    }
}
