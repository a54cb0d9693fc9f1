import Foundation
import Testing

@Suite("nj.Influence")
struct InfluenceBindingTests {
    @Test("cuts parts like the training examples, as targets, in sets and to explain")
    func parts() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try Script()
        let found = try script.run(
            Self.setUp(folder) + """
                local function text(scores) return table.concat(scores:values(), " ") end
                local valid = parts.valid:windows{ length = 4 }
                local own = text(att:total(valid))
                local sets = att:totals{ parts.valid, parts.valid:windows{ length = 2 } }
                return text(att:total(parts.valid)) == own, text(sets[1]) == own,
                    text(sets[2]) == own,
                    tostring(att:explain(parts.test, 3)) ==
                        tostring(att:explain(parts.test:windows{ length = 4 }, 3))
                """)
        #expect(found == "true true false true")
        #expect(
            script.failure("att:totals{ parts.valid, 7 }")
                == "bad argument #1 to 'totals'"
                + " (nj.Examples or nj.Sequences or nj.Part expected at [2], got number 7)")
    }

    @Test("scores whole sequences that a sequence model learned from")
    func sequences() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try Script()
        let found = try script.run(
            """
            local log = nj.data.simulate{ users = 20, items = 40, interactions = 200 }
            local parts = log:split{ by = "user", valid = 0.2, test = 0.2 }
            local train = parts.train:chunks{ length = 5 }
            local net = nj.models.sequence{ items = log.n_items, dim = 4, representation = "gru" }
            local run = nj.fit(net, train, { epochs = 2, checkpoint = { dir = "\(folder)", every = 1 } })
            local att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
            local last = parts.test:chunks{ length = 5 }
            local one, all = last:subset{ 1 }, att:total(last, { weighting = "sum" })
            local why = att:explain(last, 1, { k = 2 })
            local best = att:total(one):highest(1)[1]
            return #att.train == #train, #all == #train,
                why.proponents[1].example == best, why.proponents[1].items == #train:items(best),
                math.abs(att:scores(last):tensor():sum{ axis = 2 }[1] / all:values()[1] - 1) < 1e-4,
                #train:without(att:total(last):lowest(3)) == #train - 3
            """)
        #expect(found == "true true true true true true")
    }

    /// Influence along a run of two epochs on a small simulated log.
    private static func setUp(_ folder: String) -> String {
        """
        local log = nj.data.simulate{ users = 20, items = 40, interactions = 150 }
        parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
        local train = parts.train:windows{ length = 4 }
        local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
        local run = nj.fit(net, train,
            { epochs = 2, checkpoint = { dir = "\(folder)", every = 1 } })
        att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }

        """
    }
}
