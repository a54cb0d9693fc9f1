import Foundation
import Testing

@Suite("nj.influence on projected gradients")
struct GradientFeatureTests {
    /// Runs `body` after training on a small simulated log; `folder` is the test's own.
    private func run(_ body: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try Script().run(
            """
            local folder = "\(folder)"
            local log = nj.data.simulate{ users = 20, items = 40, interactions = 200 }
            local parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
            local train = parts.train:windows{ length = 5 }
            local net = nj.models.lstm{ items = log.n_items, dim = 4, hidden = 6 }
            local run = nj.fit(net, train, {
              epochs = 2, checkpoint = { dir = folder .. "/run", every = 1 } })
            local function close(left, right, tolerance)
              return (left - right):abs():max() <= tolerance * left:abs():max()
            end
            local function store(options)
              local all = { dir = folder .. "/store", checkpoints = run.checkpoints, train = train,
                            dimension = 64 }
              for name, value in pairs(options or {}) do all[name] = value end
              return nj.influence.store(all)
            end
            \(body)
            """)
    }

    @Test("a store gives the same scores as memory, and both explain a prediction")
    func store() throws {
        let found = try run(
            """
            local kept = store{ precision = "float32" }
            local made = { checkpoints = run.checkpoints, train = train, dimension = 64 }
            local same = true
            for _, name in ipairs{ "projected", "trak" } do
              local att = nj.influence[name]{ store = kept }
              local other = nj.influence[name](made)
              local left, right = att:total(parts.valid):tensor(), other:total(parts.valid):tensor()
              same = same and close(left, right, 1e-4)
                and tostring(att:explain(parts.test, 1)) == tostring(other:explain(parts.test, 1))
                and #att:self() == #train
            end
            return same, #kept == #train, kept.built, store{ precision = "float32" }.built
            """)
        #expect(found == "true true 2 0")
    }

    @Test("features multiply to what projected TracIn scores")
    func features() throws {
        let found = try run(
            """
            local options = { checkpoint = run.checkpoints[2], dimension = 32, seed = 7 }
            local x = nj.influence.features(train, options)
            options.history_length = train.history_length
            local y = nj.influence.features(parts.test, options)
            local att = nj.influence.projected{
              checkpoints = { run.checkpoints[2] }, train = train, dimension = 32, seed = 7 }
            local scores = att:scores(parts.test):tensor()
            local products = x:matmul(y:transpose())
            return close(scores, products * (scores:abs():max() / products:abs():max()), 1e-3),
                x.shape[1] == #train, x.shape[2]
            """)
        #expect(found == "true true 32")
    }

    @Test("TRAK explains the loss where there is no margin, and refuses to call it one")
    func margins() throws {
        let found = try run(
            """
            local pieces = parts.train:chunks{ length = 5 }
            local function settings(loss)
              local net = nj.models.sequence{
                items = log.n_items, dim = 4, representation = "gru", loss = loss }
              local made = nj.fit(net, pieces, {
                epochs = 1, checkpoint = { dir = folder .. "/" .. loss, every = 1 } })
              local options = {
                checkpoints = made.checkpoints, train = pieces, dimension = 8 }
              local output = nj.influence.trak(options):self().settings[1]
              options.output = "margin"
              return output, pcall(nj.influence.trak, options)
            end
            local sum, refused = settings("softmax")
            local pairwise, also, problem = settings("bpr")
            local att = nj.influence.trak{
              checkpoints = run.checkpoints, train = train, dimension = 8 }
            return sum, refused, pairwise, also, tostring(problem):match("choose output loss"),
                att:self().settings[1]
            """)
        #expect(
            found == "output = loss false output = loss false choose output loss output = margin")
    }

    @Test("mistakes are named")
    func mistakes() throws {
        let found = try run(
            """
            local texts = {}
            local function try(f)
              local fine, problem = pcall(f)
              texts[#texts + 1] = fine and "no error" or tostring(problem)
            end
            local kept = store()
            try(function() store{ dimension = 32 } end)
            try(function() nj.influence.trak{} end)
            try(function() nj.influence.trak{ store = kept, train = train } end)
            try(function() nj.influence.trak{ store = kept, damping = -1 } end)
            try(function()
              nj.influence.trak{
                checkpoints = run.checkpoints, train = train:subset{ 1, 2, 3 }, damping = 0 }
            end)
            try(function() nj.influence.projected{ store = kept, similarity = "cos" } end)
            return table.concat(texts, "\\n")
            """)
        let lines = found.split(separator: "\n")
        #expect(lines.count == 6)
        for (line, part) in zip(
            lines,
            [
                "made with another projection", "give store, or both checkpoints and train",
                "Leave out either", "damping", "has no inverse", "similarity",
            ])
        {
            #expect(line.contains(part), "\(line)")
        }
    }
}
