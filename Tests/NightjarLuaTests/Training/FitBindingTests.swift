import Testing

@Suite("nj.fit")
struct FitBindingTests {
    static let refused = [
        Refusal(
            "nj.fit(net, all, { checkpoint = { dri = 'x' } })",
            "bad option 'checkpoint' to 'fit' (unknown field 'dri' (did you mean 'dir'?))"),
        Refusal(
            "nj.fit(net, all, { checkpoint = { dir = 'x', every = 2.5 } })",
            "bad option 'checkpoint' to 'fit'"
                + " (field 'every': number has no integer representation, got 2.5)"),
        Refusal(
            "nj.fit(net, all, { checkpoint = { 'x' } })",
            "bad option 'checkpoint' to 'fit'"
                + " (fields dir, every, epochs, best, last, overwrite expected, got number 1 as a key)"
        ),
        Refusal(
            "nj.fit(net, log:whole())",
            "bad argument #2 to 'fit'"
                + " (nj.Examples or nj.Sequences expected, got nj.Part; its methods 'windows',"
                + " 'chunks' make one)"),
    ]

    @Test("says what is wrong with its arguments", arguments: refused)
    func refusal(_ refusal: Refusal) throws {
        #expect(try script().failure(refusal.text) == refusal.message)
    }

    @Test("survives windows that no memory can hold")
    func endlessWindows() throws {
        let script = try script()
        for use in ["nj.fit(net, long, { epochs = 1 })", "nj.evaluate(net, long, { 'mrr' })"] {
            let failure = script.failure(
                "local long = log:whole():windows{ length = math.maxinteger } \(use)")
            #expect(failure?.hasPrefix("no memory") == true)
        }
    }

    @Test("cuts the validation part like the training examples")
    func validationPart() throws {
        let found = try script().run(
            Self.training + """
                local part = figures(parts.valid)
                return part == figures(parts.valid:windows{ length = 4 }),
                    part == figures(parts.valid:windows{ length = 2 })
                """)
        #expect(found == "true false")
    }

    /// A split of a small simulated log, and what a validation set gives after two epochs.
    private static let training = """
        local log = nj.data.simulate{ users = 20, items = 40, interactions = 150 }
        parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
        function figures(valid)
            local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
            local run = nj.fit(net, parts.train:windows{ length = 4 },
                { epochs = 2, valid = valid, lr = 0.1 })
            return ("%.17g %.17g"):format(run.epochs[1].valid.mrr, run.epochs[2].valid.mrr)
        end

        """

    private func script() throws -> Script {
        let script = try Script()
        _ = try script.run(
            Script.smallLog + """
                net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
                all = log:whole():windows{ length = 3 }
                """)
        return script
    }
}
