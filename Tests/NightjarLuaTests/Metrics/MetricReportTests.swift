import Testing

@Suite("nj.metrics, nj.MetricReport and nj.ArmComparison")
struct MetricReportTests {
    /// Two reports on the same six examples of three users.
    static let setUp = """
        local function report(ranks)
            return nj.metrics.evaluate_ranks{
                "mrr", "recall@2", ranks = ranks, candidates = 10, users = { 1, 1, 2, 2, 3, 3 },
                split = "test of small", resamples = 500 }
        end
        base = report{ 1, 2, 4, 10, 5, 2 }
        cut = report{ 1, 1, 2, 10, 5, 1 }

        """

    @Test("gives means by name, as field, index or method")
    func means() throws {
        let script = try Script()
        #expect(
            try script.run(
                Self.setUp + """
                    return base.mrr == base["MRR"], base:mean "rr" == base.mrr, base["recall@2"],
                        math.abs(base.mrr - (1 + 1/2 + 1/4 + 1/10 + 1/5 + 1/2) / 6) < 1e-12
                    """) == "true true 0.5 true")
        #expect(
            try script.run(
                """
                local row = base:row "recall@2"
                local low, high = table.unpack(base:interval "mrr")
                return table.concat(base.metrics, " "), table.concat(base:values "recall@2", " "),
                    row.n, row.unscored, row.higher_is_better, low < base.mrr, base.mrr < high,
                    base.users[6]
                """) == "MRR Recall@2 1.0 1.0 0.0 0.0 0.0 1.0 6 0 true true true 3")
    }

    @Test("prints its protocol above its table")
    func text() throws {
        let lines = try Script().run(Self.setUp + "return base").split(separator: "\n")
        #expect(
            lines.first
                == "test of small; candidates: all items, seen items not masked; ties: average")
        #expect(lines.contains { $0.hasPrefix("Recall@2  0.5000") })
    }

    @Test("labels sampled metrics and takes sets of relevant items")
    func forms() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local r = nj.metrics.evaluate_ranks{
                    "recall@3", ranks = { 1, 4 }, candidates = 5, sampled = 4, masks_seen = true }
                local sets = nj.metrics.evaluate_ranks{
                    "recall@3", ranks = { { 1, 4 }, {}, { math.huge } }, candidates = 5 }
                return r.metrics[1], r["sampled recall@3"], r.protocol, sets["recall@3"],
                    sets:row("recall@3").unscored
                """)
                == "sampled Recall@3 0.5 ranks of the script; candidates: the target and 4 sampled"
                + " unseen items; ties: average 0.25 1")
        #expect(
            try script.run(
                """
                local r = nj.metrics.evaluate_ranks{ ranks = { 1, 1, 2 }, candidates = 5 }
                return table.concat(r.metrics, " "), r.users
                """) == "MRR nDCG@10 Recall@10 nil")
    }

    @Test("compares reports by user, pairing examples")
    func comparison() throws {
        let script = try Script()
        #expect(
            try script.run(
                Self.setUp + """
                    local both = cut:compare(base, { name = "cut", baseline_name = "all" })
                    local d = both:differences()[1]
                    return table.concat(both.arms, " "), both.baseline, #both:differences(), d.arm,
                        d.metric, math.abs(d.difference - (cut.mrr - base.mrr)) < 1e-12,
                        d.interval[1] <= d.difference, d.n, d.units, d.p > 0 and d.p <= 1
                    """) == "all cut all 2 cut MRR true true 6 3 true")
        #expect(
            try script.run(
                """
                local arms = nj.metrics.compare(
                    { z = base, a = cut, b = cut }, { baseline = "z", resamples = 200 })
                return table.concat(arms.arms, " "), #arms:differences(),
                    tostring(arms):find("arm - z", 1, true) ~= nil
                """) == "z a b 4 true")
        #expect(
            try script.run(
                """
                local mean = nj.metrics.averaged({ base, cut }, { resamples = 100 })
                return math.abs(mean.mrr - (base.mrr + cut.mrr) / 2) < 1e-12
                """) == "true")
    }

    @Test("names the metrics and tells what they measure")
    func names() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                local info = nj.metrics.info "ndcg"
                return nj.metrics.names()[1], info.name, info.usage, nj.metrics.info("HR").name
                """) == "MRR nDCG nDCG[@k] Hit")
    }

    static let refusals = [
        Refusal(
            "return base.map",
            "the report has no 'map'. It has MRR, Recall@2;"
                + " evaluate again with the metric that is missing."),
        Refusal("return base[1]", "bad argument #1 to '[]' (string expected, got number 1)"),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = {}, candidates = 3 }",
            "there are no ranks to score. Give a rank for each example."),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { 1, 9 }, candidates = 3 }",
            "example 2 has rank 9.0. Ranks run from 1 to the number of candidates,"
                + " or are infinite for items left out of a list."),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { { 1 }, 2 }, candidates = 3 }",
            "ranks[2] is a number among lists. Give a list for each example, or a number for each."),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { 1, 'x' }, candidates = 3 }",
            "bad option 'ranks' to 'evaluate_ranks' (number expected at [2], got string \"x\")"),
        Refusal(
            "nj.metrics.evaluate_ranks{ 'mrrr', ranks = { 1 }, candidates = 3 }",
            "unknown metric 'mrrr' (did you mean 'MRR'?). Known are MRR, nDCG, Recall, Hit,"
                + " Precision, MAP, AUC, MeanRank; write a cut-off as in nDCG@10."),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { 1 } }",
            "missing option 'candidates' to 'nj.metrics.evaluate_ranks' (integer expected, got"
                + " nil): number of items ranked in each example, as in"
                + #" nj.metrics.evaluate_ranks{ "mrr", ranks = { 1, 4, 2 }, candidates = 100 }"#),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { 1 }, candidates = 3, users = { 1, 2 } }",
            "1 examples and 2 users do not match. Give one for each."),
        Refusal(
            "nj.metrics.evaluate_ranks{ ranks = { 1 }, candidates = 3, users = { 1 << 40 } }",
            "users[1] is 1099511627776. Number users and clusters from 1."),
        Refusal(
            "nj.metrics.compare({ a = base }, { baseline = 'a' })",
            "1 arms are too few to compare. Give two reports or more."),
        Refusal(
            "nj.metrics.compare({ a = base, b = 3 }, { baseline = 'a' })",
            "arm 'b' is a number. Give reports, as nj.evaluate makes."),
        Refusal(
            "nj.metrics.compare({ alpha = base, beta = cut }, { baseline = 'alhpa' })",
            "there is no arm 'alhpa' (did you mean 'alpha'?). Name one of alpha, beta as baseline."),
        Refusal(
            "base:compare(cut, { name = 'x', baseline_name = 'x' })",
            "both reports are called 'x'. Give them different names."),
        Refusal(
            "nj.metrics.info 'nope'",
            "unknown metric 'nope'. Known are MRR, nDCG, Recall, Hit,"
                + " Precision, MAP, AUC, MeanRank; write a cut-off as in nDCG@10."),
    ]

    @Test("refuse bad input in words that help", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try Script().failure(Self.setUp + refusal.text) == refusal.message)
    }
}
