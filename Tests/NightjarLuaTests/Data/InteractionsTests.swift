import Testing

@Suite("nj.Interactions")
struct InteractionsTests {
    @Test("says what it holds")
    func looks() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    return #log, log.n_rows, log.n_users, log.n_items, log.name, log.has_times,
                        log.has_ratings, log.in_time_order, log.first_time, log.last_time,
                        #log.digest, join(log:column "items"), join(log:popularity())
                    """)
                == "10 10 3 4 small true true false 10 90 64 1 2 3 4 1 2 3 3 4 1 3 2 3 2")
        #expect(
            try script.run("return tostring(log)")
                == "Interactions small: 10 rows, 3 users, 4 items, 1970-01-01 to 1970-01-01,"
                + " 83.33% dense")
        #expect(
            try script.run(
                """
                local bare = nj.data.interactions{ users = { 1 }, items = { 1 } }
                return bare.first_time, bare:column "times", bare:planted(), bare:title(1)
                """) == "nil nil nil 1")
    }

    @Test("previews rows with titles, counted from 1")
    func preview() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    local out = {}
                    for _, r in ipairs(log:rows(2, 3)) do
                        out[#out + 1] = join{ r.row, r.user, r.item, r.title, r.rating, r.time }
                    end
                    return join(out), #log:rows(), #log:rows(10)
                    """) == "2 2 2 Alien (1979) 4.0 20 3 1 3 Aliens (1986) 3.0 30 10 1")
    }

    @Test("finds items by title, id and case, and suggests what is near")
    func names() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    return log:item "Aliens (1986)", log:item "aLIEN (1979)", log:item "4",
                        log:item(4), log:title(2), log:item_info(3).title, log:user(2)
                    """) == "3 2 4 4 Alien (1979) Aliens (1986) 2")
        #expect(
            script.failure("log:item 'Alein (1979)'")
                == "no item is called 'Alein (1979)'. Did you mean 'Alien (1979)'?")
        #expect(
            script.failure("log:item 'alien'")
                == "no item is called 'alien'. Did you mean 'Alien (1979)' or 'Aliens (1986)'?")
    }

    @Test("filters by rating, time and counts")
    func filters() throws {
        let script = try Script()
        _ = try script.run(Script.smallLog)
        #expect(try script.run("return #log:filter{ min_rating = 4 }") == "4")
        #expect(try script.run("return #log:filter{ from = 30, to = 60 }") == "3")
        #expect(try script.run("return #log:filter{ min_item = 3 }") == "6")
        #expect(
            try script.run("return #log:filter{ min_item = 3, min_user = 3, iterated = false }")
                == "6")
        #expect(
            try script.run("return log:filter{ min_item = 3 }:relabelled().n_items") == "2")
        #expect(try script.run("return log:sorted().in_time_order, #log:filter{}") == "true 10")
    }

    @Test("drops rows by number or by a selection of rows")
    func without() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    local drop = nj.selection{ drop = { 1, 10 }, of = "rows" }
                    return join(log:without{ 1, 10 }:column "items"), #log:without(drop), #log
                    """) == "2 3 4 1 2 3 3 4 8 10")
    }

    static let refusals = [
        Refusal(
            "log:rows(11)",
            "there is no row 11 in a log of 10 rows. Row numbers belong to one log; take them from"
                + " this one."),
        Refusal("log:rows(5, 4)", "there are no rows from a later to an earlier one"),
        Refusal("log:rows(0)", "bad argument #1 to 'rows' (must be >= 1, got 0)"),
        Refusal("log:title(5)", "there is no item 5. Their numbers run from 1 to 4."),
        Refusal("log:title(0)", "bad argument #1 to 'title' (must be >= 1, got 0)"),
        Refusal(
            "log:without{ 3, 11 }",
            "there is no row 11 in a log of 10 rows. Row numbers belong to one log; take them from"
                + " this one."),
        Refusal(
            "log:without{ 0 }",
            "there is no row 0 in a log of 10 rows. Row numbers belong to one log; take them from"
                + " this one."),
        Refusal(
            "log:without{ math.mininteger, math.maxinteger }",
            "there is no row 2147483648 in a log of 10 rows. Row numbers belong to one log; take"
                + " them from this one."),
        Refusal(
            "log:without{ 1, 'two' }",
            "bad argument #1 to 'without' (integer expected at [2], got string \"two\")"),
        Refusal(
            "log:without(nj.selection{ drop = { 1 } })",
            "this selection numbers examples, where rows of a log are needed."
                + " Ask its examples for their rows: examples:as_rows(selection)."),
        Refusal(
            "log:filter{ min_ratin = 3 }",
            "unknown option 'min_ratin' to 'filter' (did you mean 'min_rating'?)"),
        Refusal(
            "log:filter{ min_rating = 0/0 }",
            "bad option 'min_rating' to 'filter' (must not be NaN)"),
        Refusal(
            "log:filter{ min_rating = 9 }",
            "no row is left after a rating threshold of 9.0. Choose a wider limit."),
        Refusal(
            "log:column 'item'",
            "bad argument #1 to 'column' ('users' or 'items' or 'ratings' or 'times' expected,"
                + " got string \"item\" (did you mean 'items'?))"),
        Refusal(
            "return log.n_row", "nj.Interactions has no field 'n_row' (did you mean 'n_rows'?)"),
    ]

    @Test("refuses bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(Script.smallLog + refusal.text) == refusal.message)
    }
}
