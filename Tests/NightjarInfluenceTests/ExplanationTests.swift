import NightjarData
import Testing

@testable import NightjarInfluence

@Suite("Explanations")
struct ExplanationTests {
    /// Two rows of one user; the second follows the first.
    private func explanation(_ titles: [String], user: String) throws -> Explanation {
        let log = try Interactions(
            name: "small", users: [1, 1], items: [1, 2],
            timestamps: [1_000_000_000, 1_000_086_400],
            userTable: AttributeTable(ids: [user]),
            itemTable: AttributeTable(ids: ["1", "2"], columns: ["title": titles]))
        let examples = try log.whole().windows(length: 3)
        let scores = [
            ScoredExample(example: 0, score: -0.5), ScoredExample(example: 1, score: 0.123_456_78),
        ]
        return try Explanation(
            scores, train: examples, target: examples.subset([1]), count: 5)
    }

    @Test("name both titles, the user and the day")
    func short() throws {
        #expect(
            try explanation(["Heat (1995)", "Alien (1979)"], user: "u7").description == """
                Why Alien (1979) for user u7 2001-09-10
                  helped:
                    +0.1234567  Alien (1979) after Heat (1995)  (user u7, 2001-09-10)
                  harmed:
                    -0.5000000  Heat (1995)  (user u7, 2001-09-09)
                  \(SignConvention.loss.lines[0])
                  \(SignConvention.loss.lines[1])
                """)
    }

    @Test("name both ends of a sequence, and how much lies between")
    func sequence() throws {
        let titles = ["Heat (1995)", "Alien (1979)", "Jaws (1975)"]
        let log = try Interactions(
            name: "small", users: [1, 1, 1, 2], items: [1, 2, 3, 2],
            userTable: AttributeTable(ids: ["u7", "u8"]),
            itemTable: AttributeTable(ids: ["1", "2", "3"], columns: ["title": titles]))
        let sequences = try log.whole().chunks(length: 4, step: 4, minimum: 1)
        let scores = [
            ScoredExample(example: 0, score: 0.5), ScoredExample(example: 1, score: -0.25),
        ]
        let explanation = try Explanation(
            scores, train: sequences, target: sequences.lastItems().subset([0]), count: 5)
        #expect(explanation.proponents.map(\.items) == [3])
        #expect(
            explanation.description.split(separator: "\n").dropFirst().prefix(4) == [
                "  helped:",
                "    +0.5000000  Jaws (1975) and 2 before, from Heat (1995)  (user u7)",
                "  harmed:", "    -0.2500000  Alien (1979)  (user u8)",
            ])
    }

    @Test("fit 100 columns, however long titles and ids are")
    func long() throws {
        let long = String(repeating: "Long ", count: 60)
        for titles in [[long, long], [long, "Heat"], ["Heat", long]] {
            let lines = try explanation(titles, user: long).description.split(separator: "\n")
            #expect(lines.count == 7)
            #expect(lines.allSatisfy { $0.count <= 100 })
            #expect(lines[2].contains("…") && lines[2].contains("2001-09-10)"))
            for title in titles where title == "Heat" { #expect(lines[2].contains(title)) }
        }
    }
}
