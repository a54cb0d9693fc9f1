import Testing

@Suite("nj.stats")
struct StatisticsModuleTests {
    @Test("compares two columns, whole clusters at a time")
    func paired() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local a, b = { 3, 5, 4, 6, 8 }, { 1, 4, 4, 5, 5 }
                local r = nj.stats.paired(a, b)
                local t = nj.stats.paired(a, b, { test = "t" })
                local c = nj.stats.paired(a, b, { clusters = { 1, 1, 2, 2, 3 }, resamples = 50 })
                return r.difference, r.p, r.n, r.units, r.test, t.test,
                    string.format("%.6f", t.p), c.units, c.interval[1] <= c.interval[2],
                    nj.stats.paired(a, b, { seed = 2 }).interval[1]
                        == nj.stats.paired(a, b, { seed = 2 }).interval[1]
                """)
                // No difference is negative and one is zero, so 4 of 32 sign patterns are as
                // extreme. The p-value of the t-test is scipy's.
                == "1.4 0.125 5 5 randomisation test paired t-test 0.051606 3 true true")
    }

    @Test("leaves out examples without a value and says how many")
    func skipped() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local r = nj.stats.bootstrap({ 1, 2, 0/0, 3 }, { resamples = 100, level = 0.9 })
                return r.mean, r.sd, r.n, r.skipped, r.units,
                    r.interval[1] >= 1 and r.interval[2] <= 3
                """) == "2.0 1.0 3 1 3 true")
    }

    @Test("takes tensors of one dimension for lists, and no others")
    func tensors() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local x = nj.tensor{ 1, 2, 3, 4 }
                return nj.stats.spearman(x, { 2, 1, 3, 4 }), nj.stats.bootstrap(x).mean,
                    nj.stats.detection(x, { false, true, false, true }).auc,
                    nj.stats.paired(x, x * 2, { resamples = 10 }).difference,
                    select(2, pcall(nj.stats.spearman, x:reshape{ 2, 2 }, x)):match "'x' is.*"
                """)
                == "0.8 2.5 0.75 -2.5 'x' is a tensor of shape 2x2. Give one of one dimension,"
                + " such as x:reshape(4).")
    }

    @Test("judges scores against what was planted, and orders against each other")
    func detection() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local found = nj.stats.detection({ 0.9, 0.8, 0.3, 0.1 }, { true, false, true, false })
                return found.auc, found.ap, found.precision, found.planted, found.n,
                    nj.stats.detection({ 3, 2, 1 }, { true, false, false }, { at = 2 }).precision
                """) == "0.75 0.83333333333333 0.5 2 4 0.5")
        #expect(
            try script.run(
                """
                return nj.stats.spearman({ 1, 2, 3, 4 }, { 10, 20, 40, 30 }),
                    string.format("%.4f", nj.stats.kendall({ 1, 2, 3, 4 }, { 10, 20, 40, 30 })),
                    table.concat(nj.stats.holm{ 0.01, 0.04, 0.03 }, " ")
                """) == "0.8 0.6667 0.03 0.06 0.06")
    }

    static let refusals = [
        Refusal(
            "nj.stats.paired({}, {})",
            "0 values are too few: 2 are needed."
                + " Evaluate on more examples, or report the values themselves."),
        Refusal(
            "nj.stats.paired({ 1, 2 }, { 1 })",
            "2 values and 1 baseline values do not match. Give one for each, in the same order."),
        Refusal(
            "nj.stats.paired({ 1, 2 }, { 1, 2 }, { cluster = { 1, 2 } })",
            "unknown option 'cluster' to 'paired' (did you mean 'clusters'?)"),
        Refusal(
            "nj.stats.paired({ 1, 2 }, { 1, math.huge })",
            "value 2 is infinite. Leave this example out, or use a metric that is bounded."),
        Refusal(
            "nj.stats.paired({ 1, 2 })",
            "bad argument #2 to 'paired' (list of number or nj.Tensor or nj.InfluenceScores expected,"
                + " got nil): the baseline's values for the same examples, as in nj.stats.paired(after, before, { clusters = test.users"
                + " }).difference"),
        Refusal(
            "nj.stats.bootstrap({ 1, 2 }, { level = 1 })",
            "bad option 'level' to 'bootstrap' (must be > 0 and < 1, got 1)"),
        Refusal(
            "nj.stats.bootstrap({ 1, 2 }, { resamples = 0 })",
            "bad option 'resamples' to 'bootstrap' (must be between 1 and 10000000, got 0)"),
        Refusal(
            "nj.stats.spearman({ 1, 0/0 }, { 1, 2 })",
            "value 2 is not a number. Find out which example has no score and leave it out"
                + " on both sides."),
        Refusal(
            "nj.stats.spearman({}, {})", "0 pairs have no correlation. Give at least 2."),
        Refusal(
            "nj.stats.detection({ 1, 2 }, { true, 1 })",
            "planted[2] is a number. Give true or false for each example."),
        Refusal(
            "nj.stats.detection({ 1, 2 }, { true, true })",
            "2 planted and 0 other examples leave nothing to tell apart."
                + " Give the scores of both kinds."),
        Refusal(
            "nj.stats.detection({ 1, 2 }, { true, false }, { at = 3 })",
            "cannot take the 3 highest of 2 scores. Choose 1 to 2."),
        Refusal(
            "nj.stats.holm{ 0.5, 1.5 }", "a p-value cannot be 1.5. Choose numbers from 0 to 1."),
    ]

    @Test("refuses bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(refusal.text) == refusal.message)
    }
}
