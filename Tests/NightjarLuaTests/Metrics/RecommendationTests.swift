import Testing

@Suite("nj.recommend")
struct RecommendationTests {
    private static let setUp =
        Script.smallLog + """
            parts = log:split{ by = "tail", valid = 0, test = 0.3, min_rows = 1 }
            train = parts.train:windows{ length = 3 }
            counts = nj.models.popularity(train)
            all = log:whole():windows{ length = 3 }

            """

    @Test("lists what scores best, without what was seen before unless asked")
    func lists() throws {
        let found = try Script().run(
            Self.setUp + """
                local lists = nj.recommend(counts, all, { k = 2, mask = "nothing" })
                local same = true
                local popular = lists:items(1)
                for place = 1, #lists do
                    local list = lists:items(place)
                    same = same and list[1] == popular[1] and list[2] == popular[2]
                end
                -- Row 6 is the third of user 1, who has met items 1 and 3.
                local fresh = nj.recommend(counts, all, { k = 4 })
                local place
                for at, row in ipairs(all.rows) do if row == 6 then place = at end end
                local rest = fresh:items(place)
                table.sort(rest)
                return #lists, same, lists.coverage, lists.gini, lists.entropy, join(rest)
                """)
        #expect(found == "10 true 0.5 0.5 1.0 2 4")
    }

    @Test("measures each list for popularity and diversity")
    func report() throws {
        let found = try Script().run(
            Self.setUp + """
                local lists = nj.recommend(counts, all, { k = 2, mask = "nothing" })
                local vectors = nj.tensor{ { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 }, { 2, 2 } }
                local report = lists:report{ train = parts.train, features = vectors }
                local list = lists:items(1)
                local users, met = {}, {}
                for _, row in ipairs(parts.train.rows) do
                    local user, item = log:column("users")[row], log:column("items")[row]
                    users[user] = true
                    met[item] = met[item] or {}
                    met[item][user] = true
                end
                local function count(set) local n = 0 for _ in pairs(set) do n = n + 1 end return n end
                local mean, bits = 0, 0
                for _, item in ipairs(list) do
                    local share = count(met[item] or {}) / count(users)
                    mean, bits = mean + share * 50, bits - math.log(share, 2) / 2
                end
                local function near(name, value) return math.abs(report[name] - value) < 1e-9 end
                return near("popularity@2", mean), near("novelty@2", bits),
                    report["diversity@2"] > 0, table.concat(report.metrics, " "),
                    report:interval("tail@2") ~= nil
                """)
        #expect(
            found
                == "true true true Popularity@2 Tail@2 Novelty@2 Diversity@2 true")
    }

    @Test("takes words from the columns of the log")
    func words() throws {
        let found = try Script().run(
            """
            local log = nj.data.simulate{ users = 30, items = 40, seed = 2 }
            local parts = log:split{ by = "time" }
            local lists = nj.recommend(
                nj.models.popularity(parts.train:windows{ length = 3 }), parts.test, { k = 5 })
            local diversity = lists:report{ features = "genres" }["diversity@5"]
            return diversity > 0.1 and diversity < 1, lists.coverage > 0.1, #lists == #parts.test
            """)
        #expect(found == "true true true")
    }

    static let refused = [
        Refusal(
            "nj.recommend(counts, all):report{}",
            "there is nothing to measure by. Give train = parts.train, or features = \"genres\"."),
        Refusal(
            "nj.recommend(counts, all):report{ features = 'genre' }",
            "items of small have no column 'genre'."),
        Refusal(
            "nj.recommend(counts, all):report{ features = nj.tensor.zeros{ 3, 2 } }",
            "features have shape [3, 2]. Give 4 rows, one for each item, or one more with padding"
                + " in front."),
        Refusal("nj.recommend(counts, all):items(11)", "there is no list 11."),
    ]

    @Test("says what is wrong", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        let script = try Script()
        _ = try script.run(Self.setUp)
        let message = script.failure(refusal.text)
        #expect(message?.hasPrefix(refusal.message) == true, "\(message ?? "no error")")
    }
}
