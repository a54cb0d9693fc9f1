import Testing

@testable import NightjarLua

@Suite("nj.trainer and copies of models")
struct TrainerBindingTests {
    private let world: RingWorld

    init() throws { world = try RingWorld() }

    private static let helpers = """
        function net(seed) return nj.models.lstm{ items = log.n_items, dim = 4, hidden = 4, seed = seed } end
        function same(a, b)
          for _, p in ipairs(a:parameters()) do
            if a:tensor(p.name):ne(b:tensor(p.name)):sum() > 0 then return false end
          end
          return true
        end

        """

    @Test("step by step gives the values that nj.fit gives")
    func equalsFit() throws {
        let text =
            Self.helpers + """
                local whole, steps = net(1), net(1)
                nj.fit(whole, train, { epochs = 2, batch = 16, seed = 3 })
                local t = nj.trainer(steps, train, { batch = 16, seed = 3 })
                for _ = 1, 2 * ((#train + 15) // 16) do t:step() end
                return same(whole, steps), same(whole, net(1)), t
                """
        #expect(
            try world.run(text)
                == "true false Trainer of lstm after 8 steps: adam, lr 0.001")
    }

    @Test("goes on from a checkpoint, and back to a mark")
    func marks() throws {
        let text =
            Self.helpers + """
                local whole = net(1)
                local run = nj.fit(whole, train, { epochs = 2, batch = 16,
                  checkpoint = { dir = folder .. "/run", every = 1 } })
                local model = net(9)
                local t = nj.trainer(model, train, { batch = 16, resume = run.checkpoints[1] })
                for _ = 1, (#train + 15) // 16 do t:step() end
                local as_whole = same(whole, model)
                local mark = t:mark()
                local first = t:step(train:subset{ 3, 1 })
                local after = model:clone()
                t:restore(mark)
                local back = same(whole, model)
                local second = t:step(train:subset{ 3, 1 })
                return as_whole, back, first == second, same(after, model), mark.steps, t.steps
                """
        #expect(try world.run(text) == "true true true true 8 9")
    }

    @Test("copies share nothing, and copy back")
    func copies() throws {
        let text =
            Self.helpers + """
                local model = net(1)
                local copy = model:clone()
                nj.fit(copy, train, { epochs = 1 })
                local apart = same(model, copy)
                model:copy_from(copy)
                return apart, same(model, copy), tostring(model) == tostring(copy)
                """
        #expect(try world.run(text) == "false true true")
    }

    @Test("of a model written in Lua is a model of the same functions")
    func scripted() throws {
        let text =
            RingWorld.pooling + Self.helpers + """
                local model = Pooling{ items = log.n_items }
                local copy = model:clone()
                local t = nj.trainer(copy, train, { batch = 16 })
                t:step()
                return same(model, copy), tostring(copy) == tostring(model)
                """
        #expect(try world.run(text) == "false true")
    }

    @Test("are refused for other models, and for rules that count")
    func refusals() throws {
        _ = try world.run(Self.helpers)
        let other = "nj.models.lstm{ items = log.n_items, dim = 5, hidden = 4 }"
        let messages = [
            "net(1):copy_from(\(other))": "copy_from",
            "nj.models.popularity(train):clone()": "has no parameters",
            "nj.trainer(net(1), train):restore(nj.trainer(\(other), train):mark())":
                "another model",
            "nj.trainer(net(1), train, { epoch = 2 })": "did you mean 'epochs'?",
            "nj.trainer(net(1), train, { schedule = 'plateau' })": "looks at whole epochs",
            "nj.trainer(net(1), train):step(train:subset{})": "no batch examples",
        ]
        for (text, words) in messages {
            let message = try #require(world.script.failure(text))
            #expect(message.contains(words), "\(text): \(message)")
        }
    }
}
