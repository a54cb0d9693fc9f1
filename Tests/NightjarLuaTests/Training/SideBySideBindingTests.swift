import Testing

@Suite("nj.fit_all")
struct SideBySideBindingTests {
    private static let setUp = """
        function make(seed)
          return nj.models.lstm{ items = log.n_items, dim = 3, hidden = 4, seed = seed }
        end
        recipe = { epochs = 3, batch = 16, lr = 0.05, seed = 6 }
        function equal(one, other)
          return (nj.losses(one, test) - nj.losses(other, test)):abs():max() == 0
        end

        """

    @Test("trains each model as nj.fit does, to the same bytes")
    func bytes() throws {
        let found = try RingWorld().run(
            Self.setUp + """
                local sets, nets = {}, {}
                for place = 1, 5 do
                  sets[place] = train:subset(train:sample(20 + place, { seed = place }))
                  nets[place] = make(place)
                end
                recipe.valid, recipe.patience, recipe.restore_best = test, 2, true
                local runs = nj.fit_all(nets, sets, recipe)
                for place = 1, 5 do
                  local net = make(place)
                  local run = nj.fit(net, sets[place], recipe)
                  assert(equal(net, nets[place]))
                  assert(run.epochs[1].loss == runs[place].epochs[1].loss)
                  assert(run.epochs[1].valid.mrr == runs[place].epochs[1].valid.mrr)
                end
                return #runs, #nj.fit_all({}, {}), nj.evaluate(nets[1], parts.test, { "mrr" }) ~= nil
                """)
        #expect(found == "5 0 true")
    }

    @Test("trains models that Lua defines one at a time")
    func scripted() throws {
        let found = try RingWorld().run(
            RingWorld.pooling + Self.setUp + """
                local nets = { Pooling{ items = log.n_items, seed = 2 }, make(3) }
                nj.fit_all(nets, { train, train }, recipe)
                local alone = { Pooling{ items = log.n_items, seed = 2 }, make(3) }
                for _, net in ipairs(alone) do nj.fit(net, train, recipe) end
                return equal(nets[1], alone[1]), equal(nets[2], alone[2])
                """)
        #expect(found == "true true")
    }

    @Test(
        "refuses what does not fit together",
        arguments: [
            "nj.fit_all({ make(1), make(2) }, { train })": "one for each of 2 models",
            "local net = make(1) nj.fit_all({ net, net }, { train, train })": "different ones",
            "nj.fit_all({ make(1) }, { train:subset{} })": "no training examples",
            "nj.fit_all({ make(1) }, { test, train })": "one for each of 1 models",
            "nj.fit_all({ make(1) }, { 7 })": "nj.Examples",
            "nj.fit_all({ make(1), make(2) }, { train, train }, { lr = 1e30, optimizer = 'sgd' })":
                "of model ",
            "nj.fit_all({ nj.models.popularity(train) }, { train })": "no parameters",
            "nj.fit_all({ make(1) }, { train }, { checkpoint = {} })": "unknown option",
            "nj.fit_all({ make(1) }, { train }, { folders = { 'a', 'b' } })":
                "another one for each of 1 models",
            "nj.fit_all({ make(1), make(2) }, { train, parts.train:windows{ length = 3 } })":
                "histories of different lengths, [2, 4]",
        ])
    func misfits(_ code: String, _ words: String) throws {
        let error = try RingWorld().run(
            Self.setUp + "return select(2, pcall(function() \(code) end))")
        #expect(error.contains(words), "\(error)")
    }
}
