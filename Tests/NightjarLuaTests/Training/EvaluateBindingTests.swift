import Foundation
import Testing

@Suite("nj.evaluate")
struct EvaluateBindingTests {
    @Test("cuts a part like the examples that the model learned from")
    func part() throws {
        let found = try Script().run(
            Self.setUp + """
                nj.fit(net, parts.train:windows{ length = 4 }, { epochs = 1, lr = 0.1 })
                local report = nj.evaluate(net, parts.test, { "mrr" })
                return same(report, nj.evaluate(net, parts.test:windows{ length = 4 }, { "mrr" })),
                    same(report, nj.evaluate(net, parts.test:windows{ length = 2 }, { "mrr" }))
                """)
        #expect(found == "true false")
    }

    @Test("cuts a part like the examples of the fit that a checkpoint comes from")
    func checkpoint() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let found = try Script().run(
            Self.setUp + """
                local run = nj.fit(net, parts.train:windows{ length = 4 },
                    { epochs = 1, checkpoint = { dir = "\(folder)" } })
                local again = nj.checkpoint.open(run.newest):model()
                return same(nj.evaluate(again, parts.test, { "mrr" }),
                    nj.evaluate(net, parts.test, { "mrr" }))
                """)
        #expect(found == "true")
    }

    @Test("cuts a part for a popularity model as well")
    func popularity() throws {
        let found = try Script().run(
            Self.setUp + """
                local counts = nj.models.popularity(parts.train:windows{ length = 4 })
                return nj.evaluate(counts, parts.test, { "mrr" }):row("mrr").n == #parts.test
                """)
        #expect(found == "true")
    }

    @Test("says which call to make when nobody knows how long histories are")
    func untrained() throws {
        let failure = try Script().failure(Self.setUp + "nj.evaluate(net, parts.test)")
        #expect(
            failure?.contains("Train it first, or cut the examples: parts.test:windows{") == true)
    }

    @Test("gives an interval by user, and says how it was made, unless told not to")
    func intervals() throws {
        let found = try Script().run(
            Self.setUp + """
                local test = parts.test:windows{ length = 4 }
                local low, high = table.unpack(nj.evaluate(net, test):interval "mrr")
                local text = tostring(nj.evaluate(net, test, { level = 0.9 }))
                local none = nj.evaluate(net, test, { resamples = 0 })
                return low < high,
                    text:find("90 % percentile bootstrap, 1000 resamples of users", 1, true) ~= nil,
                    none:interval "mrr" == nil, tostring(none):match("interval") == nil
                """)
        #expect(found == "true true true true")
    }

    /// A split of a small simulated log, an untrained model, and a comparison of two reports.
    private static let setUp = """
        local log = nj.data.simulate{ users = 20, items = 40, interactions = 150 }
        local parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
        local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
        local function same(a, b)
            return table.concat(a:values "mrr", " ") == table.concat(b:values "mrr", " ")
        end

        """
}
