import Testing

@Suite("nj.models")
struct ModelBindingTests {
    private static let setUp = """
        local log = nj.data.simulate{ users = 20, items = 40, interactions = 200 }
        local parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
        local train = parts.train:chunks{ length = 8 }
        local function model(options)
            options.items, options.dim = log.n_items, 4
            return nj.models.sequence(options)
        end

        """

    @Test("makes baselines of sequences and of examples that nj.evaluate takes")
    func baselines() throws {
        let found = try Script().run(
            Self.setUp + """
                local lines = {}
                for _, from in ipairs{ train, parts.train:windows{ length = 4 } } do
                    for _, net in ipairs{ nj.models.popularity(from),
                        nj.models.markov(from, { order = 2, smoothing = 0.5 }),
                        nj.models.item_knn(from, { k = 5, shrink = 1 }) } do
                        local report = nj.evaluate(net, parts.test, { "mrr" })
                        assert(report.mrr > 0 and net.n_parameters == 0)
                        assert(#net:recommend({ 1, 2 }, { k = 3 }) == 3)
                        lines[#lines + 1] = net.kind .. " " .. net.n_items
                    end
                end
                return table.concat(lines, ", ")
                """)
        let once = "popularity 40, markov 40, item_knn 40"
        #expect(found == "\(once), \(once)")
    }

    @Test("says of a baseline that it has no parameters")
    func noParameters() throws {
        let failure = try Script().failure(
            Self.setUp + "nj.fit(nj.models.markov(train), train, { epochs = 1 })")
        #expect(failure?.contains("a markov model has no parameters") == true)
    }

    @Test("trains sequence models of every kind with negatives from everywhere")
    func sequences() throws {
        let found = try Script().run(
            Self.setUp + """
                local count = 0
                local own = {
                    cnn = { kernel = 2, dilations = { 1, 2 }, activation = "relu", residual = false },
                    mixture = { tastes = 2 }, sasrec = { blocks = 1, heads = 2, dropout = 0.2 },
                    bert4rec = { mask = 0.3, last_mask = 0.5, max_length = 4 },
                }
                for _, from in ipairs{ "uniform", "popularity", "batch", "hard" } do
                    for kind, options in pairs(own) do
                        local all = { representation = kind, loss = "sampled_softmax",
                            negatives_from = from, popularity = train,
                            popularity_exponent = 0.5, pool = 20 }
                        for name, value in pairs(options) do all[name] = value end
                        local net = model(all)
                        local run = nj.fit(net, train, { epochs = 1, batch = 8 })
                        assert(nj.evaluate(net, parts.test, { "mrr" }).mrr > 0)
                        count = count + 1
                    end
                end
                return count
                """)
        #expect(found == "16")
    }

    @Test(
        "refuses options that the representation, the loss or its negatives do not read",
        arguments: [
            "representation = 'cnn', tastes = 2":
                "the representation 'cnn' does not read 'tastes'. Leave it out, or choose 'mixture'",
            "representation = 'cnn', padded_length = 9":
                "does not read 'padded_length'. Leave it out, or choose 'lstm' or 'mlstm' or 'gru' or",
            "negatives = 256":
                "'softmax', which is taken unless another is given, does not read 'negatives'. Leave it",
            "loss = 'bce', calibration = 0.1":
                "the loss 'bce' does not read 'calibration'. Leave it out, or choose 'gbce'",
            "loss = 'gbce', corrected = false":
                "the loss 'gbce' does not read 'corrected'. Leave it out, or choose 'sampled_softmax'",
            "loss = 'bpr', pool = 5":
                "\"uniform\", which is taken unless given, does not read 'pool'. Leave it out, or",
            "loss = 'bpr', popularity_exponent = 1":
                "does not read 'popularity_exponent'. Leave it out, or choose \"popularity\"",
        ])
    func unread(_ options: String, _ words: String) throws {
        let failure = try Script().failure(Self.setUp + "model{ \(options) }")
        #expect(failure?.contains(words) == true, "\(failure ?? "no failure")")
    }

    @Test("says what negatives by popularity need, and where gradients cannot be told apart")
    func refusals() throws {
        let missing = try Script().failure(
            Self.setUp + "model{ loss = \"bce\", negatives_from = \"popularity\" }")
        #expect(missing?.contains("Give the training examples as popularity = train") == true)
        let other = try Script().failure(
            Self.setUp + """
                nj.models.sequence{ items = 7, loss = "bce", negatives_from = "popularity",
                    popularity = train }
                """)
        #expect(other?.contains("popularity is counted for 40 items where the model has 7") == true)
        let layers = try Script().failure(
            Self.setUp + "model{ representation = \"cnn\", dilations = { 1, 0 } }")
        #expect(layers?.contains("dilations") == true)
    }
}
