import Testing

/// Numbers at the ends of their ranges and empty lists: a trap in any body would end the process.
@Suite("The host survives")
struct ExtremeInputTests {
    @Test("an empty log")
    func emptyLog() throws {
        let script = try Script()
        #expect(
            try script.run(
                """
                log = nj.data.interactions{ users = {}, items = {} }
                local all = log:whole()
                local windows = all:windows{ length = 3 }
                return #log, #log:popularity(), log.density, log.first_time, #all, #windows,
                    #all:chunks{}, #windows:where{ target = 1 }, #windows:subset{}, #log.digest,
                    #log:filter{ min_user = 0 }:relabelled(), #windows:rows_per_user()
                """) == "0 0 0.0 nil 0 0 0 0 0 64 0 0")
        let attempts = [
            "rows()", "filter{ min_user = 1 }", "filter{ min_item = 1, iterated = false }",
            "without{ 1 }", "title(1)", "sorted()", "split{}", "item 'x'",
        ]
        let ways = ["tail", "last", "user", "hash", "random"].map { "split{ by = '\($0)' }" }
        for attempt in attempts + ways {
            #expect(script.failure("return log:\(attempt)") != nil, "\(attempt)")
        }
    }

    static let attempts: [String] = [
        "log:rows(big)", "log:rows(1, big)", "log:rows(big, big)", "log:title(big)",
        "log:item_info(big)", "log:item(small)", "log:user(big)", "log:without{ big }",
        "log:without{ small }", "log:filter{ from = small, to = big }",
        "log:filter{ from = big, to = small }", "log:filter{ min_user = big }",
        "log:filter{ min_item = big, min_user = big, iterated = false }",
        "log:filter{ min_rating = -math.huge }", "log:filter{ min_rating = 1e300 }",
        "log:split{ test_from = small }", "log:split{ valid_from = small, test_from = big }",
        "log:split{ by = 'tail', min_rows = big }", "log:split{ valid = 1e-300, test = 1e-300 }",
        "log:split_rows{ train = { small }, test = { big } }", "parts:without{ big, small }",
        "parts.train:windows{ length = big }", "parts.train:windows{ min_history = big }",
        "parts.train:chunks{ length = big, step = big, minimum = big }",
        "parts.train:chunks{ length = big, step = 1 }", "parts.train:without{ small }",
        "all:history(big)", "all:history_rows(big)", "all:subset{ big, small }",
        "all:without{ small }", "all:where{ target = big, user = big }",
        "all:weighted{ 1e300, 1, 1, 1, 1, 1, 1, 1, 1, 1 }",
        "all:weighted(nj.selection{ drop = { small } })",
        "all:without(nj.selection{ drop = { big } })",
        "all:as_rows(nj.selection{ drop = { big } })",
        "all:weighted(nj.selection{ ids = { 1 }, weights = { 3e38 } }):weighted("
            + "nj.selection{ ids = { 1 }, weights = { 3e38 } })",
        "log:whole():windows{ length = big } .. log:whole():windows{ length = big }",
        "nj.data.interactions{ users = { 1 }, items = { 1 }, times = { small } }:split{}",
        "nj.data.interactions{ users = { 1, 1 }, items = { 1, 1 }, times = { small, big } }",
        "nj.data.simulate{ users = big }", "nj.data.simulate{ interactions = big }",
        "nj.data.simulate{ seed = big, users = 20, items = 40 }",
        "nj.data.markov{ interactions = big }", "nj.data.markov{ order = big }",
        "nj.metrics.evaluate_ranks{ 'ndcg@9223372036854775807', 'map@9223372036854775807',"
            + " 'precision@9223372036854775807', 'auc', ranks = { 1, 2 }, candidates = big }",
        "nj.metrics.evaluate_ranks{ ranks = { math.huge, 1 }, candidates = 1 }",
        "nj.metrics.evaluate_ranks{ ranks = { 0/0 }, candidates = 3 }",
        "nj.metrics.evaluate_ranks{ ranks = { {} }, candidates = 3, sampled = big }",
        "nj.stats.detection({ 1, 2 }, { true, false }, { at = big })",
        "nj.stats.paired({ 1e308, -1e308 }, { -1e308, 1e308 })",
        "nj.stats.bootstrap({ 1e308, 1e308, 1e308 }, { resamples = 10 })",
        "nj.stats.bootstrap({ 0/0, 0/0 })", "nj.stats.bootstrap({ 1, 2 }, { clusters = { 1 } })",
        "nj.stats.kendall({ 1, 1 }, { 1, 1 })", "nj.stats.holm{}", "nj.stats.holm{ 0/0 }",
    ]

    @Test("numbers at the ends of their ranges", arguments: attempts)
    func extremes(_ attempt: String) throws {
        let script = try Script()
        _ = try script.run(
            Script.smallLog + """
                big, small = math.maxinteger, math.mininteger
                parts = log:split{ valid = 0.2, test = 0.3 }
                all = log:whole():windows{ length = 3 }
                """)
        // Whether it is refused or not, the script goes on and values still print.
        let text = try script.run(
            "local ok, value = pcall(function() return \(attempt) end)"
                + " return type(ok), #tostring(value) > 0, #log")
        #expect(text == "boolean true 10")
    }
}
