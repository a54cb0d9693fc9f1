import Testing

@Suite("nj.Selection")
struct SelectionTests {
    @Test("keeps ids in the order chosen, with weights and reasons")
    func looks() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local s = nj.selection{ drop = { 3, 1 }, reason = "raises the target loss" }
                return #s, s.ids[1], s.ids[2], s.weights[1], s.of, s.reason, s.reasons, s
                """)
                == "2 3 1 0.0 examples raises the target loss nil"
                + " Selection of 2 examples to drop: raises the target loss")
        #expect(
            try script.run(
                """
                local s = nj.selection{
                    ids = { 2 }, weights = { 0.5 }, of = "rows", reasons = { "a copy of row 1" } }
                return s.weights[1], s.reasons[1], s, #nj.selection{ drop = {} }
                """) == "0.5 a copy of row 1 Selection of 1 rows to reweight 0")
    }

    static let neither = "a selection is made of either drop, or ids and weights; give one of both"

    static let refusals = [
        Refusal("nj.selection{}", neither),
        Refusal("nj.selection{ drop = { 1 }, weights = { 1 } }", neither),
        Refusal("nj.selection{ ids = { 1 } }", neither),
        Refusal(
            "nj.selection{ drop = { 1, 1 } }", "number 1 was chosen twice. Choose each once."),
        Refusal(
            "nj.selection{ drop = { 0 } }", "there is no number 0 to choose. Numbers start at 1."),
        Refusal(
            "nj.selection{ drop = { math.mininteger } }",
            "there is no number -9223372036854775808 to choose. Numbers start at 1."),
        Refusal(
            "nj.selection{ ids = { 1 }, weights = { -1 } }",
            "the weight of number 1 is -1.0. Give finite weights from 0, where 0 drops."),
        Refusal(
            "nj.selection{ ids = { 1 }, weights = { 0/0 } }",
            "the weight of number 1 is not a number. Give finite weights from 0, where 0 drops."),
        Refusal(
            "nj.selection{ ids = { 1, 2 }, weights = { 1 } }",
            "there are 1 weights for 2 chosen numbers. Give one for each."),
        Refusal(
            "nj.selection{ dropped = { 1 } }",
            "unknown option 'dropped' to 'selection'"
                + "; it takes drop, ids, weights, of, reason, reasons"),
        Refusal(
            "nj.selection{ drop = { 1 }, of = 'users' }",
            "bad option 'of' to 'selection' ('examples' or 'rows' expected, got string \"users\")"),
    ]

    @Test("refuses bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(refusal.text) == refusal.message)
    }
}
