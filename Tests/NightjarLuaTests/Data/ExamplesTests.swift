import Testing

@Suite("nj.Examples and nj.Sequences")
struct ExamplesTests {
    /// Ten examples: every row of the small log, with up to two items of history.
    static let setUp =
        Script.smallLog + """
            all = log:whole():windows{ length = 3 }

            """

    @Test("show users, targets, rows and histories, counted from 1")
    func looks() throws {
        let script = try Script()
        #expect(
            try script.run(
                Self.setUp + """
                    return #all, join(all.users), join(all.targets), join(all.rows)
                    """)
                == "10 1 2 1 3 2 1 3 2 1 3 1 2 3 4 1 2 3 3 4 1 1 2 3 4 5 6 7 8 9 10")
        #expect(
            try script.run(
                """
                return #all:history(1), join(all:history(9)), join(all:history_rows(9)),
                    join(all:rows_per_user()), all.role, all.weights, all.history_length
                """) == "0 3 2 3 6 4 3 3 train nil 2")
        #expect(
            try script.run("return tostring(all), all.log.name")
                == "Examples of small train: 10, each 2 items of history and a target small")
    }

    @Test("are found by target and user")
    func find() throws {
        let script = try Script()
        #expect(
            try script.run(
                Self.setUp + """
                    return join(all:where{ target = 3 }), join(all:where{ user = 3 }),
                        join(all:where{ target = 3, user = 3 }), #all:where{ target = 99 }
                    """) == "3 7 8 4 7 10 7 0")
    }

    @Test("are chosen, dropped, weighted and joined as new values")
    func changes() throws {
        let script = try Script()
        _ = try script.run(Self.setUp)
        #expect(try script.run("return join(all:subset{ 3, 1, 3 }.rows)") == "3 1 3")
        #expect(
            try script.run("return join(all:without{ 1, 2, 10 }.rows), #all")
                == "3 4 5 6 7 8 9 10")
        #expect(
            try script.run("return join((all:subset{ 3, 1 } .. all:subset{ 2 }).rows)") == "3 1 2")
        #expect(
            try script.run("return join(all:subset{ 1, 2 }:weighted{ 0, 2.5 }.weights)")
                == "0.0 2.5")
    }

    @Test("take selections: dropped, weighted in place, or turned into rows")
    func selections() throws {
        let script = try Script()
        #expect(
            try script.run(
                Self.setUp + """
                    local few = all:subset{ 5, 6, 7 }
                    local drop = nj.selection{ drop = { 3, 1 }, reason = "noise" }
                    local rows = few:as_rows(drop)
                    return join(few:without(drop).rows), join(few:weighted(drop).weights),
                        rows.of, join(rows.ids), rows.reason, #log:without(rows)
                    """) == "6 0.0 1.0 0.0 rows 7 5 noise 8")
        #expect(
            try script.run(
                """
                local heavier = nj.selection{ ids = { 2 }, weights = { 3 } }
                local few = all:subset{ 1, 2 }
                return join(few:weighted{ 1, 2 }:weighted(heavier).weights)
                """) == "1.0 6.0")
    }

    @Test("of pieces give items, rows and last items")
    func sequences() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    pieces = log:whole():chunks{ length = 4, minimum = 2 }
                    local last = pieces:last_items()
                    return #pieces, join(pieces.users), join(pieces:items(1)), join(pieces:rows(3)),
                        join(last.targets), join(last:history(1)), last.history_length
                    """) == "3 1 2 3 1 3 2 4 4 7 10 4 3 1 1 3 2 3")
        #expect(
            try script.run(
                """
                return tostring(pieces), #(pieces:subset{ 1 } .. pieces:without{ 1 }),
                    join(pieces:weighted(nj.selection{ drop = { 2 } }).weights)
                """) == "Sequences of small train: 3, each 4 items 3 1.0 0.0 1.0")
    }

    static let refusals = [
        Refusal(
            "all:history(11)",
            "there is no example 11 in a set of 10."
                + " Example numbers belong to one set; take them from this one."),
        Refusal("all:history(0)", "bad argument #1 to 'history' (must be >= 1, got 0)"),
        Refusal(
            "all:subset{ 1, 0 }",
            "there is no example 0 in a set of 10."
                + " Example numbers belong to one set; take them from this one."),
        Refusal(
            "all:subset{ math.mininteger }",
            "there is no example -9223372036854775808 in a set of 10."
                + " Example numbers belong to one set; take them from this one."),
        Refusal(
            "all:subset{ 1.5 }",
            "bad argument #1 to 'subset' (integer expected at [1], got number 1.5)"),
        Refusal(
            "all:without(nj.selection{ drop = { 1 }, of = 'rows' })",
            "this selection numbers rows of a log, where examples are needed."
                + " Drop rows from the log, its split or a part, and cut windows anew."),
        Refusal(
            "all:without(nj.selection{ ids = { 1 }, weights = { 0.5 } })",
            "this selection changes weights and drops nothing. Use examples:weighted(selection)."),
        Refusal(
            "all:without(3)",
            "bad argument #1 to 'without' (nj.Selection or list of integer expected, got number 3)"),
        Refusal(
            "all:weighted{ 1, 2 }",
            "there are 2 weights for 10 examples. Give one weight for each."),
        Refusal(
            "all:subset{ 1 }:weighted{ 0/0 }",
            "the weight of example 1 is not a number."
                + " Give finite weights from 0, where 0 leaves the example out."),
        Refusal(
            "all:weighted(nj.selection{ drop = { 11 } })",
            "there is no number 11 among 10 examples."
                + " A selection belongs to one set; choose from this one."),
        Refusal(
            "return all .. log:whole():windows{ length = 4 }",
            "these sets differ in their lengths. Join sets cut from one log with one length."),
        Refusal(
            "return all.target", "nj.Examples has no field 'target' (did you mean 'targets'?)"),
        Refusal(
            "all:where{ item = 3 }", "unknown option 'item' to 'where'; it takes target, user"),
        Refusal(
            "all.history(3)",
            "calling 'history' on bad self (nj.Examples expected, got number 3): did you write"
                + " examples.history instead of examples:history?"),
    ]

    @Test("refuse bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(Self.setUp + refusal.text) == refusal.message)
    }
}
