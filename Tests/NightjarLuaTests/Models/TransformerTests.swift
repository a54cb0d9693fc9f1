import Testing

@Suite("nj.models.sequence with self-attention")
struct TransformerTests {
    static let refused = [
        Refusal(
            "nj.models.sequence{ items = 5, representation = 'lstm', blocks = 2 }",
            "the representation 'lstm' does not read 'blocks'. Leave it out, or choose 'sasrec' or"
                + " 'bert4rec'."),
        Refusal(
            "nj.models.sequence{ items = 5, representation = 'sasrec', mask = 0.2 }",
            "the representation 'sasrec' does not read 'mask'. Leave it out, or choose 'bert4rec'."),
        Refusal(
            "nj.models.sequence{ items = 5, dim = 10, representation = 'sasrec', heads = 3 }",
            "3 heads cannot share 10 numbers equally. Give a number of heads that divides dim."),
        Refusal(
            "nj.models.sequence{ items = 5, representation = 'sasrec', emits = 'cell' }",
            "emits = \"cell\" makes no sense with the representation 'sasrec'. Leave it out."),
    ]

    @Test("says what is wrong with its options", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        #expect(try Script().failure(refusal.text) == refusal.message)
    }

    @Test(
        "trains, recommends and is read back from its checkpoint",
        arguments: ["sasrec", "bert4rec"])
    func roundTrip(_ representation: String) throws {
        let found = try RingWorld().run(
            """
            local net = nj.models.sequence{ items = log.n_items, dim = 8, heads = 2, blocks = 1,
                representation = "\(representation)", max_length = 10 }
            local run = nj.fit(net, parts.train:chunks{ length = 10, minimum = 2 },
                { epochs = 20, lr = 0.01, valid = parts.test,
                  checkpoint = { dir = folder .. "/run" } })
            local again = nj.checkpoint.open(run.newest):model()
            local first, second = net:recommend({ 1, 2, 3 }), again:recommend({ 1, 2, 3 })
            for place, entry in ipairs(first) do
              assert(entry.item == second[place].item and entry.score == second[place].score)
            end
            return #first, run.epochs[20].loss < run.epochs[1].loss
            """)
        #expect(found == "6 true")
    }
}
