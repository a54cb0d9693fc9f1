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

    @Test("tells on_epoch of each epoch, whose model can be measured there")
    func epochs() throws {
        let found = try script().run(
            Self.training + """
                local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
                local seen, same = {}, true
                local run = nj.fit(net, parts.train:windows{ length = 4 }, {
                    epochs = 3, valid = parts.valid, lr = 0.1,
                    on_epoch = function(epoch)
                        seen[#seen + 1] = epoch
                        same = same and nj.evaluate(net, parts.valid, { "mrr" }).mrr == epoch.valid.mrr
                    end })
                for i, epoch in ipairs(run.epochs) do
                    same = same and seen[i].epoch == i and seen[i].loss == epoch.loss
                end
                return #seen, same, run.stop
                """)
        #expect(found == "3 true finished")
    }

    @Test("ends when on_epoch returns false, and goes on from there with resume")
    func endedByHook() throws {
        let world = try RingWorld()
        let found = try world.run(
            """
            local function fit(dir, more)
                local net = nj.models.lstm{ items = 9, dim = 3, hidden = 4 }
                local options = { epochs = 4, batch = 16, checkpoint = { dir = folder .. dir } }
                for name, value in pairs(more) do options[name] = value end
                return nj.fit(net, train, options)
            end
            local whole = fit("/whole", {})
            local cut = fit("/cut", { on_epoch = function(epoch) return epoch.epoch < 2 end })
            local last = fit("/cut", { resume = true, on_epoch = function(epoch) return false end })
            local rest = fit("/cut", { resume = true, on_epoch = function() return nil end })
            local at_end = fit("/end", { on_epoch = function(epoch) return epoch.epoch < 4 end })
            return cut.stop, #cut.epochs, last.stop, #last.epochs, rest.stop, at_end.stop,
                bytes(rest.newest) == bytes(whole.newest)
            """)
        #expect(found == "early 2 early 3 finished finished true")
    }

    @Test("ends with the error of on_epoch, after the epoch's checkpoint is written")
    func errorInHook() throws {
        let world = try RingWorld()
        let failure = world.script.failure(
            """
            local net = nj.models.lstm{ items = 9, dim = 3, hidden = 4 }
            nj.fit(net, train, { epochs = 4, checkpoint = { dir = folder .. "/run" },
                on_epoch = function(epoch) error("enough at " .. epoch.epoch, 0) end })
            """)
        #expect(failure == "enough at 1")
        let epochs = "nj.checkpoint.open(folder .. '/run/last.safetensors').epoch"
        #expect(try world.run("return \(epochs)") == "1")
    }

    @Test("leaves seen items out of validation when asked, as nj.evaluate does")
    func maskedValidation() throws {
        let found = try script().run(
            Self.training + """
                local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
                local run = nj.fit(net, parts.train:windows{ length = 4 },
                    { epochs = 1, valid = parts.valid, mask = "seen" })
                local value = run.epochs[1].valid.mrr
                return value == nj.evaluate(net, parts.valid, { "mrr", mask = "seen" }).mrr,
                    value == nj.evaluate(net, parts.valid, { "mrr" }).mrr
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
