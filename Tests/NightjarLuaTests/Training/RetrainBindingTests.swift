import Testing

@Suite("nj.retrain and nj.subsets")
struct RetrainBindingTests {
    private static let setUp = """
        function make(seed)
          return nj.models.lstm{ items = log.n_items, dim = 3, hidden = 4, seed = seed }
        end
        recipe = { epochs = 2, batch = 16, lr = 0.05 }
        function retrain(options)
          local all = { model = make, train = train, targets = test }
          for _, more in ipairs{ recipe, options } do
            for name, value in pairs(more) do all[name] = value end
          end
          return nj.retrain(all)
        end

        """

    @Test("gives what training on each subset gives")
    func truth() throws {
        let found = try RingWorld().run(
            Self.setUp + """
                local halves = nj.subsets.random(train, { count = 2, seed = 3 })
                local runs = retrain{ subsets = halves, seeds = { 5, 7 }, metrics = { "mrr" } }
                local sum = nj.tensor.zeros{ #test }
                for _, seed in ipairs{ 5, 7 } do
                  local net = make(seed)
                  local options = { seed = seed }
                  for name, value in pairs(recipe) do options[name] = value end
                  nj.fit(net, train:subset(halves:kept(2)), options)
                  local losses = nj.losses(net, test)
                  assert((runs:values("loss", { seed = seed })[2] - losses):abs():max() == 0)
                  sum = sum + losses
                  local mrr = nj.evaluate(net, test, { "mrr" }):values "mrr"
                  assert(math.abs(runs:values("mrr", { seed = seed })[2][1] - mrr[1]) < 1e-6)
                end
                assert((runs:values()[2] - sum / 2):abs():max() < 1e-6)
                return tostring(runs), #halves:kept(1) + #halves:left_out(1) == #train
                """)
        #expect(found == "Retraining: 2 subsets × 2 seeds, loss, MRR of 16 targets true")
    }

    @Test("trains models that Lua defines one at a time, from their own values too")
    func scripted() throws {
        let found = try RingWorld().run(
            RingWorld.pooling + Self.setUp + """
                local net = Pooling{ items = log.n_items, seed = 2 }
                local before = nj.losses(net, test)
                local runs = retrain{
                  model = net, subsets = nj.subsets.without(train, { {}, { 1, 2, 3 } }), seeds = { 4 } }
                assert((nj.losses(net, test) - before):abs():max() == 0)
                nj.fit(net, train, { epochs = 2, batch = 16, lr = 0.05, seed = 4 })
                local after = nj.losses(net, test)
                return (runs:values()[1] - after):abs():max() == 0,
                    (runs:values()[2] - after):abs():max() > 0
                """)
        #expect(found == "true true")
    }

    @Test("goes on where it was when a folder is given")
    func cache() throws {
        let found = try RingWorld().run(
            Self.setUp + """
                local halves = nj.subsets.random(train, { count = 2 })
                local one = retrain{ subsets = halves, cache = folder .. "/cache" }:values()
                local more = nj.subsets.random(train, { count = 3 })
                local two = retrain{ subsets = more, cache = folder .. "/cache" }:values()
                return (two[1] - one[1]):abs():max() == 0, (two[2] - one[2]):abs():max() == 0,
                    (two[3] - one[1]):abs():max() == 0
                """)
        #expect(found == "true true false")
    }

    @Test("makes subsets of lists, selections and users")
    func subsets() throws {
        let found = try RingWorld().run(
            """
            local some = nj.subsets.only(train, { { 3, 1 }, nj.selection{ drop = { 2 } } })
                .. nj.subsets.without(train, { {}, { 1 } })
            local users = nj.subsets.random(train, { count = 1, share = 0.25, whole_users = true })
            local seen = {}
            for _, position in ipairs(users:kept(1)) do seen[train.users[position]] = true end
            local count = 0
            for _ in pairs(seen) do count = count + 1 end
            return table.concat(some:kept(1), " "), table.concat(some:kept(2), " "), #some,
                some.sizes[3] == #train, some:left_out(4)[1], count, tostring(some)
            """)
        #expect(found == "1 3 2 4 true 1 2 Subsets: 4 of 64 examples, they keep 1 to 64")
    }

    @Test("predicts the order of losses with what made them, and with nothing else")
    func score() throws {
        let found = try RingWorld().run(
            Self.setUp + """
                local halves = nj.subsets.random(train, { count = 12, share = 0.3 })
                local runs = retrain{ subsets = halves }
                -- Scores fitted to the losses themselves, as a linear datamodel.
                local rows = {}
                for subset = 1, #halves do
                  rows[subset] = {}
                  for place = 1, #train do rows[subset][place] = 0 end
                  for _, place in ipairs(halves:kept(subset)) do rows[subset][place] = 1 end
                end
                local mask = nj.tensor(rows)
                local gram = mask:matmul(mask:transpose()) + nj.tensor.eye(#halves) * 1e-3
                local fitted = mask:transpose():matmul(
                    nj.linalg.solve(gram, runs:values() * -1))
                local best = nj.influence.lds(fitted, runs, { resamples = 100 })
                local worst = nj.influence.lds(fitted * -1, runs, { resamples = 100 })
                local noise = nj.influence.lds(
                    nj.tensor.normal{ #train, seed = 1 }, runs, { resamples = 100 })
                return best.mean > 0.99, worst.mean < -0.99, best.subsets, #best.per_target,
                    noise.interval[1] < 0 and noise.interval[2] > 0
                """)
        #expect(found == "true true 12 16 true")
    }

    static let refused = [
        Refusal(
            "retrain{ subsets = nj.subsets.only(train, { {} }) }",
            "subset 1 keeps no example, so there is nothing to learn from. Leave fewer out."),
        Refusal(
            "retrain{ subsets = nj.subsets.only(test, { { 1 } }) }",
            "these are subsets of 16 examples, and there are 64 training examples. Make the subsets"
                + " of the same examples."),
        Refusal(
            "retrain{ subsets = nj.subsets.only(train, { { 1 } }), seeds = {} }",
            "seeds is empty: give one seed or more"),
        Refusal(
            "retrain{ subsets = nj.subsets.only(train, { { 1 } }), model = function() return 7 end }",
            "the function 'model' gave a number for seed 1. Return a model, such as nj.models.lstm{ …,"
                + " seed = seed }."),
        Refusal(
            "nj.subsets.only(train, { 7 })",
            "kept[1] is a number. Give a list of positions or a selection for each subset."),
        Refusal(
            "nj.subsets.only(train, { { 65 } })",
            "there is no number 65 among 64 examples. A selection belongs to one set; choose from this"
                + " one."),
        Refusal(
            "nj.subsets.random(train, { share = 0.001 })",
            "a share of 0.001 of 64 keeps none, or more than there are. Give a larger set, or a share"
                + " up to 1 that keeps at least one."),
        Refusal(
            "nj.subsets.random(train):kept(51)", "there is no subset 51: there are 50"),
        Refusal(
            "retrain{ subsets = nj.subsets.only(train, { { 1 } }) }:values 'mrr'",
            "figure = 'mrr' is not possible. Give one of loss."),
        Refusal(
            "nj.influence.lds(nj.tensor.zeros{ 5 }, retrain{ subsets = nj.subsets.random(train) })",
            "these are subsets of 64 examples, where subsets of 5 are needed. Make them of the same"
                + " training examples."),
    ]

    @Test("says what is wrong with its arguments", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        let world = try RingWorld()
        _ = try world.run(Self.setUp)
        #expect(world.script.failure(refusal.text) == refusal.message)
    }
}
