import Foundation
import Testing

@Suite("nj.influence's methods")
struct InfluenceMethodTests {
    private static let methods = [
        "grad_dot{ checkpoint = last, train = train }",
        "grad_cos{ checkpoint = last, train = train }",
        "adam_tracin{ checkpoints = run.checkpoints, train = train }",
        "kfac{ checkpoint = last, train = train }",
        "ekfac{ checkpoint = last, train = train, labels = \"empirical\", damping = 0.1 }",
        "cg{ checkpoint = last, train = train, damping = 1, iterations = 20, examples = 30 }",
        "lissa{ checkpoint = last, train = train, scale = 100, depth = 5, batch = 8 }",
        "representer{ checkpoint = last, train = train, iterations = 20 }",
        "neighbours{ checkpoint = last, train = train }",
        "neighbours{ checkpoint = last, train = train, space = \"gradient\", similarity = \"dot\" }",
    ]

    private static func run(
        _ model: String, _ folder: String, optimiser: String = "adam"
    ) -> String {
        """
        local log = nj.data.simulate{ users = 20, items = 40, interactions = 150 }
        parts = log:split{ by = "time", valid = 0.2, test = 0.2 }
        train = parts.train:windows{ length = 4 }
        \(model)
        run = nj.fit(net, train, { epochs = 2, optimizer = "\(optimiser)",
            checkpoint = { dir = "\(folder)", every = 1 } })
        last = run.checkpoints[2]

        """
    }

    private static let builtIn = "net = nj.models.lstm{ items = log.n_items, dim = 3, hidden = 4 }"

    /// A model in Lua with a table, a dense layer with a bias, and an output without one.
    private static let scripted = """
        local Averages = nj.nn.model{
          name = "averages",
          options = { dim = 3 },
          build = function(o)
            return {
              items = nj.nn.embedding{ rows = o.items + 1, dim = o.dim },
              dense = nj.nn.linear{ inputs = o.dim, outputs = 4 },
              output = nj.nn.linear{ inputs = 4, outputs = o.items + 1, bias = false },
            }
          end,
          forward = function(net, batch)
            local items = net.items(batch.ids)
            return net.output:logits(net.dense(items:mean{ axis = 2 } + items:at(-1)):tanh())
          end,
        }
        net = Averages{ items = log.n_items }
        """

    @Test(
        "score a built-in model and one written in Lua",
        arguments: [InfluenceMethodTests.builtIn, InfluenceMethodTests.scripted], methods)
    func models(_ model: String, _ method: String) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try Script()
        let found = try script.run(
            Self.run(model, folder) + """
                local att = nj.influence.\(method)
                local few = parts.test:windows{ length = 4 }:subset{ 1, 2, 3 }
                local matrix, total = att:scores(few), att:total(few)
                local t = matrix:tensor()
                return #total == #train, t.shape[1] == #train and t.shape[2] == 3,
                    t:isfinite(), #att:self() == #train,
                    total.method == att.method and #total.settings > 0,
                    tostring(total):find(att.method, 1, true) ~= nil,
                    att:plan(few):find("plan: ", 1, true) == 1,
                    att:plan(few):find("[%d.]+ s at the %d+ GFLOP/s of this machine$") ~= nil,
                    #att:explain(few, 1, { k = 2 }).proponents <= 2
                """)
        #expect(found == "true true true true true true true true true")
    }

    @Test("refuse checkpoints of several models, and examples that the model was not built for")
    func others() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try Script()
        _ = try script.run(
            Self.run(Self.builtIn, folder) + """
                wide = nj.models.lstm{ items = log.n_items, dim = 5, hidden = 4 }
                other = nj.fit(wide, train, { epochs = 1,
                    checkpoint = { dir = "\(folder)/wide", every = 1 } }).checkpoints[1]
                more = nj.data.simulate{ users = 20, items = 90, interactions = 150 }:whole()
                """)
        for (code, words) in [
            ("tracin{ checkpoints = { last, other }, train = train }", "of another model, lstm"),
            (
                "tracin{ checkpoints = { last }, train = parts.train:chunks{ length = 4 } }:self()",
                "from examples with one target each"
            ),
            (
                "cg{ checkpoint = last, train = parts.train:chunks{ length = 4 } }:self()",
                "from examples with one target each"
            ),
            (
                "grad_dot{ checkpoint = last, train = more:windows{ length = 4 } }:self()",
                "the model only 40"
            ),
            (
                "tracin{ checkpoints = { last }, train = train }:total(more:windows{ length = 4 })",
                "the model only 40"
            ),
        ] {
            let message = try #require(script.failure("return nj.influence.\(code)"))
            #expect(message.contains(words), "\(message)")
        }
    }

    @Test("refuse a checkpoint of sgd where second moments are needed")
    func plainDescent() throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nightjar-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try Script()
        _ = try script.run(Self.run(Self.builtIn, folder, optimiser: "sgd"))
        let message = try #require(
            script.failure(
                "nj.influence.adam_tracin{ checkpoints = run.checkpoints, train = train }"))
        #expect(message.contains("its optimiser is sgd") && message.contains("Use tracin"))
    }
}
