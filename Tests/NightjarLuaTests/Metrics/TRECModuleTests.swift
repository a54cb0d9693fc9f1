import Foundation
import Testing

@Suite("nj.trec")
struct TRECModuleTests {
    private let path = NSTemporaryDirectory() + "nightjar-trec-\(UUID().uuidString)"

    private func written(_ text: String) throws -> String {
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try Script().run(text) == "")
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("writes lists, the best item first")
    func run() throws {
        let text = try written(
            """
            nj.trec.write_run("\(path)", {
                { query = 1, items = { 50, "x7" } }, { query = "u2", items = {} } }, { tag = "lstm" })
            """)
        #expect(text == "1 Q0 50 1 2 lstm\n1 Q0 x7 2 1 lstm\n")
    }

    @Test("writes what is relevant, with grades where there are some")
    func judgements() throws {
        let text = try written(
            """
            nj.trec.write_qrels("\(path)", {
                { query = 1, items = { 50 } }, { query = 2, items = { 3, 4 }, grades = { 2, 0 } } })
            """)
        #expect(text == "1 0 50 1\n2 0 3 2\n2 0 4 0\n")
    }

    static let refusals = [
        Refusal(
            "nj.trec.write_run('f', { 5 })",
            "lists[1] is a number. Give tables such as { query = 1, items = { 50, 181 } }."),
        Refusal(
            "nj.trec.write_run('f', { { query = 1 } })",
            "lists[1].items is no list. Give a list of ids."),
        Refusal(
            "nj.trec.write_run('f', { { items = {} } })",
            "lists[1].query is a nil. Give a string or an integer."),
        Refusal(
            "nj.trec.write_run('f', { { query = 1, items = { 2, 0.5 } } })",
            "lists[1].items[2] is a number. Give a string or an integer."),
        Refusal(
            "nj.trec.write_qrels('f', { { query = 1, items = { 2 }, grades = { 1, 2 } } })",
            "query '1' has 2 grades for 1 items. Give one for each."),
        Refusal(
            "nj.trec.write_run('f', { { query = 1, items = { 2, 2 } } })",
            "item '2' is twice in the list of '1'. Rank each item once."),
        Refusal(
            "nj.trec.write_run('/nowhere/f', {})",
            "cannot write '/nowhere/f': No such file or directory. Check the path."),
    ]

    @Test("refuses bad input in words that help and leaves no file", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(refusal.text) == refusal.message)
        #expect(!FileManager.default.fileExists(atPath: "f"))
    }

    @Test("writes nothing outside of the working folder at level lab")
    func lab() throws {
        let script = try Script(level: .lab)
        #expect(
            script.failure("nj.trec.write_run('\(path)', {})")?
                .contains("outside of the working folder") == true)
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
