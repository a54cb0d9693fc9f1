import Testing

@Suite("nj.Split and nj.Part")
struct SplitTests {
    @Test("divide by time, with a protocol line and without leaks")
    func byTime() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    parts = log:split{ by = "time", valid = 0.2, test = 0.3 }
                    return #parts.train, #parts.valid, #parts.test, join(parts.test.rows),
                        #parts.warnings, parts.train.role, parts.log.in_time_order
                    """) == "5 2 3 8 9 10 0 train true")
        #expect(
            try script.run("return tostring(parts), parts.protocol == tostring(parts)")
                == "by time, one instant for all users: valid from 1970-01-01 (50), test from"
                + " 1970-01-01 (70); train 5, valid 2, test 3 rows true")
        #expect(try script.run("return tostring(parts.test)") == "test of small: 3 rows")
        #expect(
            try script.run(
                """
                local cut = log:split{ test_from = 80 }
                return #cut.train, cut.valid, #cut.test, #log:split{ valid_from = 60, test_from = 80 }.valid
                """) == "8 nil 2 2")
    }

    @Test("show warnings when they are printed")
    func warnings() throws {
        let script = try Script()
        let text = try script.run(
            Script.smallLog + """
                local parts = log:split{ by = "last" }
                assert(#parts.warnings > 0)
                return parts
                """)
        #expect(text.contains("leave one out"))
        #expect(text.contains("\nwarning: leaky: "))
    }

    @Test("divide in every other way")
    func ways() throws {
        let script = try Script()
        _ = try script.run(
            Script.smallLog + """
                function sizes(options)
                    local parts = log:split(options)
                    return #parts.train, parts.valid and #parts.valid or 0, #parts.test
                end
                """)
        #expect(
            try script.run(#"return sizes{ by = "tail", valid = 0, test = 0.34, min_rows = 3 }"#)
                == "7 0 3")
        #expect(try script.run(#"return sizes{ by = "last" }"#) == "4 3 3")
        #expect(try script.run(#"return sizes{ by = "last", valid_row = "none" }"#) == "7 0 3")
        #expect(
            try script.run(#"return sizes{ by = "last", valid_row = "random", seed = 3 }"#)
                == "4 3 3")
        #expect(
            try script.run(#"return sizes{ by = "random", valid = 0.2, test = 0.2, seed = 4 }"#)
                == "6 2 2")
        #expect(
            try script.run(
                """
                local markov = nj.data.open "markov"
                local held = markov:split{ by = "user", valid = 0.1, test = 0.2, seed = 1 }
                local users = {}
                for _, user in ipairs(held.test:interactions():column "users") do users[user] = true end
                local count = 0
                for _ in pairs(users) do count = count + 1 end
                return count, #markov:split{ by = "hash", seed = 72, share = 0.3 }.test > 0
                """) == "20 true")
        #expect(
            try script.run(
                """
                local given = log:split_rows{ train = { 1, 2, 3 }, test = { 5 }, rule = "by hand" }
                return given.protocol, given.valid, #log:whole()
                """) == "by hand; train 3, valid 0, test 1 rows, 6 unused nil 10")
    }

    @Test("take rows out of every history without renumbering the others")
    func without() throws {
        let script = try Script()
        #expect(
            try script.run(
                Script.smallLog + """
                    local s = log:split_rows{ train = { 1, 2, 3, 4, 5, 6 }, test = { 7, 8, 9, 10 } }
                    local cut = s:without{ 1, 7 }
                    local windows = cut.test:windows{ length = 4 }
                    return join(cut.train.rows), join(windows.rows), join(windows:history(2)),
                        join(s.test:windows{ length = 4 }:history(3)),
                        join(s.test:without{ 3 }:windows{ length = 4 }:history(3))
                    """) == "2 3 4 5 6 8 9 10 3 2 1 3 2 1 2")
    }

    @Test("cut windows and chunks")
    func cuts() throws {
        let script = try Script()
        _ = try script.run(Script.smallLog)
        #expect(
            try script.run("local w = log:whole():windows{ length = 3, min_history = 1 } return #w")
                == "7")
        #expect(
            try script.run(
                "local c = log:whole():chunks{ length = 2 } return #c, c.length, join(c:items(1))")
                == "6 2 2 4")
        #expect(
            try script.run("return #log:whole():chunks{ length = 2, minimum = 2 }") == "4")
    }

    static let refusals = [
        Refusal(
            "log:split{ by = 'tme' }",
            "bad option 'by' to 'split' ('time' or 'tail' or 'last' or 'user' or 'hash' or 'random'"
                + " expected, got string \"tme\" (did you mean 'time'?))"),
        Refusal(
            "log:split{ seed = 3 }",
            "a split by time does not read 'seed'. Leave it out, or divide by 'last' or 'user' or"
                + " 'hash' or 'random'."),
        Refusal(
            "log:split{ by = 'last', seed = 3 }",
            "nothing is drawn with valid_row = 'previous'. Leave out seed, or choose"
                + " valid_row = 'random'."),
        Refusal(
            "log:split{ test_from = 50, valid = 0.1 }",
            "valid and test_from both say where to cut. Give one of them."),
        Refusal(
            "log:split{ valid_from = 50 }",
            "valid_from needs test_from. Give both, or shares of rows."),
        Refusal(
            "log:split{ test = 1.5 }",
            "bad option 'test' to 'split' (must be > 0 and < 1, got 1.5)"),
        Refusal(
            "log:split{ valid = 0/0 }", "bad option 'valid' to 'split' (must not be NaN)"),
        Refusal(
            "log:split{ valid = 0.6, test = 0.5 }",
            "valid = 0.6 and test = 0.5 leave no usable training side."
                + " Give shares from 0 that add up to less than 1, such as 0.1 and 0.1."),
        Refusal(
            "log:split{ by = 'random', seed = -1 }",
            "bad option 'seed' to 'split' (must be between 0 and 4294967295, got -1)"),
        Refusal(
            "log:split_rows{ train = { 1 }, test = {} }",
            "the test side would have no rows."
                + " Give it a larger share, another instant, or a log with more rows."),
        Refusal(
            "log:split_rows{ train = { 1 }, test = { 11 } }",
            "there is no row 11 in a log of 10 rows."
                + " Row numbers belong to one log; take them from the one of this split."),
        Refusal(
            "log:split_rows{ train = { 1 }, test = { 1 } }",
            "row 1 is on two sides. Give each row to one side only."),
        Refusal(
            "log:whole():windows{ length = 1 }",
            "bad option 'length' to 'windows' (must be >= 2, got 1)"),
        Refusal(
            "log:whole():windows{ lenght = 5 }",
            "unknown option 'lenght' to 'windows' (did you mean 'length'?)"),
    ]

    @Test("refuse bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(Script.smallLog + refusal.text) == refusal.message)
    }
}
