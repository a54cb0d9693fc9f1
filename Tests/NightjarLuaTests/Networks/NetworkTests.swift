import Testing

@Suite("nj.nn")
struct NetworkTests {
    /// Bodies of build and forward, and a loss for some, that use every way into a parameter.
    static let models: [(name: String, text: String)] = [
        (
            "tied embeddings with negatives",
            """
            build = function(o)
              return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3 },
                       mix = nj.nn.linear{ inputs = 3, outputs = 3, init = "xavier" } }
            end,
            forward = function(net, batch)
              return net.items:logits(net.mix(net.items(batch.ids):mean{ axis = 2 }))
            end,
            loss = function(net, batch)
              local state = net.mix(net.items(batch.ids):mean{ axis = 2 })
              local negative = net.items(batch:negatives(2)):matmul(state:reshape{ -1, 3, 1 })
              local positive = state:dot(net.items(batch.targets))
              return nj.nn.bpr(positive:reshape{ -1, 1, 1 }, negative)
            end
            """
        ),
        (
            "a recurrent net with normalisation",
            """
            build = function(o)
              return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3, trainable = false },
                       deep = { nj.nn.lstm{ inputs = 3, hidden = 4, all = true },
                                nj.nn.lstm{ inputs = 4, hidden = 3 } },
                       norm = nj.nn.layer_norm{ size = 3 },
                       output = nj.nn.linear{ inputs = 3, outputs = o.items + 1 } }
            end,
            forward = function(net, batch)
              local x = net.deep[1](net.items(batch.ids)):gelu()
              return net.output:logits(net.norm(net.deep[2](x)))
            end
            """
        ),
        (
            "parameters in formulas",
            """
            build = function(o)
              return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3 },
                       gain = nj.nn.parameter{ shape = { 3 }, init = "ones" },
                       map = nj.nn.parameter{ shape = { 3, 4 } }, shift = nj.nn.bias{ size = 4 },
                       back = nj.nn.parameter{ shape = { o.items + 1, 4 } },
                       cold = nj.nn.parameter{ shape = { 1 }, scale = 0.1 } }
            end,
            forward = function(net, batch)
              local x = net.items(batch.ids) * net.gain
              x = (x:matmul(net.map) - net.shift) / (1 + net.cold * x:max{ keep = true } ^ 2)
              local picked = nj.nn.where(x:gt(0), { yes = x, no = x:softplus() })
              return picked:slice(2):at(-1):matmul(net.back, { transpose = true })
            end
            """
        ),
    ]

    @Test("gives each example of a batch the gradient that it has alone", arguments: models.indices)
    func exactness(_ index: Int) throws {
        let world = try RingWorld()
        let model = Self.models[index]
        let text = try world.run(
            """
            local Model = nj.nn.model{ name = "model", \(model.text) }
            local net = Model{ items = 9, seed = 2 }
            local run = nj.fit(net, train, { epochs = 2, batch = 8, lr = 0.05,
              checkpoint = { dir = folder .. "/run", every = 1 } })
            assert(run.epochs[2].loss < run.epochs[1].loss)
            local function pairs_of(set)
              return nj.influence.tracin{ checkpoints = run.checkpoints, train = set }
                :scores(test):tensor()
            end
            local all, worst = pairs_of(train), 0
            for i = 1, #train, 3 do
              local alone = pairs_of(train:subset{ i })
              worst = math.max(worst, (all:rows(i, i) - alone):abs():max())
            end
            return worst <= 2e-5 * all:abs():max(), all:abs():max() > 1e-3, worst
            """)
        #expect(text.hasPrefix("true true"), "\(model.name): \(text)")
    }

    static let functions = [
        "x:exp()", "x:tanh() * x", "(2 - x) / (x ^ 2 + 1)", "x:softmax()",
        "x:log_softmax{ axis = 1 } * x",
        "x:transpose():matmul(x)", "x:matmul(x, { transpose = true })", "x:mean{ axis = 1 } - x",
        "x:max{ axis = 2, keep = true } * x", "x:standardize() * x", "x:normalize() * y",
        "nj.nn.concat({ x, y }, { axis = 1 }):sigmoid()", "x:slice(2, 3, { axis = 2 }) ^ 2",
        "x:at(-1, { axis = 1 }):relu() + y", "x:reshape{ 3, -1 }:gelu()", "x:dot(y)",
        "nj.nn.where(x:gt(0), { yes = x * y, no = y })", "x:masked_fill(y:lt(0), 3) * y",
        "nj.nn.mse(x, y)", "nj.nn.bpr(x, y)", "nj.nn.hinge(x, y)", "x:clamp(-1, 1)",
        "nj.nn.binary_cross_entropy(x, y:gt(0))", "-x:log_sigmoid()", "x:abs():sqrt()",
        "x:stop_gradient() * x", "y - nj.tensor{ 1, 2, 3 } * 2 + x",
        "nj.tensor{ 1, 2, 3 } / (x ^ 2 + 2)", "nj.tensor{ 4, 5, 6 } - x * 3",
    ]

    @Test(
        "has the gradients of finite differences",
        arguments: functions.filter { !$0.contains("stop") })
    func gradients(_ function: String) throws {
        let worst = try Script().run(
            """
            local function f(x, y) return \(function) end
            local x = nj.tensor{ { 0.3, -1.2, 0.8 }, { 0.45, 0.9, -0.7 } }
            local y = nj.tensor{ { -0.6, 0.2, 1.1 }, { 0.7, -0.9, 0.4 } }
            local function value(x) return (nj.nn.gradient(f, { x, y })):sum() end
            local _, gradients = nj.nn.gradient(f, { x, y })
            local worst, step = 0, 1e-2
            for i = 1, 2 do
              for j = 1, 3 do
                local above, below = x:copy(), x:copy()
                above[i][j], below[i][j] = x[i][j] + step, x[i][j] - step
                local slope = (value(above) - value(below)) / (2 * step)
                worst = math.max(worst, math.abs(slope - gradients[1][i][j]))
              end
            end
            return worst < 3e-3, worst
            """)
        #expect(worst.hasPrefix("true"), "\(function): \(worst)")
    }

    @Test("makes the built-in LSTM from its layers: the same values, losses and scores")
    func builtIn() throws {
        let text = try RingWorld().run(
            """
            local Recurrent = nj.nn.model{ name = "recurrent", options = { dim = 4, hidden = 6 },
              build = function(o)
                return { embedding = nj.nn.embedding{ rows = o.items + 1, dim = o.dim },
                         lstm = nj.nn.lstm{ inputs = o.dim, hidden = o.hidden },
                         output = nj.nn.linear{ inputs = o.hidden, outputs = o.items + 1 } }
              end,
              forward = function(net, batch)
                return net.output:logits(net.lstm(net.embedding(batch.ids)))
              end }
            local function scores(net, name)
              local run = nj.fit(net, train, { epochs = 3, batch = 16, lr = 0.02, seed = 5,
                checkpoint = { dir = folder .. "/" .. name, every = 1 } })
              local att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
              return att:scores(test):tensor(), run.epochs[3].loss
            end
            local own = Recurrent{ items = 9, dim = 4, hidden = 6, seed = 2 }
            local standard = nj.models.lstm{ items = 9, dim = 4, hidden = 6, seed = 2 }
            local same = (own:tensor "lstm.weight_hh" - standard:tensor "lstm.weight_hh"):norm()
            local a, loss_a = scores(own, "own")
            local b, loss_b = scores(standard, "standard")
            return same, math.abs(loss_a - loss_b) < 1e-5,
              (a - b):abs():max() < 1e-4 * b:abs():max()
            """)
        #expect(text == "0.0 true true")
    }

    @Test("passes no gradient where it is stopped")
    func stopped() throws {
        #expect(
            try Script().run(
                """
                local value, gradients = nj.nn.gradient(
                  function(x) return x:stop_gradient() * x end, { nj.tensor{ 2, 3 } })
                return value[2], gradients[1][1], gradients[1][2]
                """) == "9.0 2.0 3.0")
    }

    /// What forward does with x of shape B x 5 x 3, and what the message says.
    static let mistakes = [
        Refusal("x:sum{ axis = 1 }", "dimension 1 is the batch: examples must not mix"),
        Refusal("x - x:mean{ axis = -3 }", "dimension -3 is the batch"),
        Refusal("x:transpose(1, 2)", "dimension 1 is the batch"),
        Refusal("x:softmax{ axis = 1 }", "dimension 1 is the batch"),
        Refusal("x:reshape{ -1, 3 }", "its first dimension must stay the batch of"),
        Refusal("x:slice(1, 2, { axis = 1 })", "dimension 1 is the batch"),
        Refusal("nj.nn.concat({ x, x }, { axis = 1 })", "dimension 1 is the batch"),
        Refusal("x * nj.tensor.full({ #batch.ids.shape, 5, 3 }, 1)", "numbers of its own"),
        Refusal("x:at(9)", "position 9 is outside 1 to 4"),
        Refusal("x + net.items", "a embedding layer cannot be an operand"),
        Refusal("net.items(x)", "an embedding takes item numbers"),
        Refusal("net.output(batch.ids)", "a linear layer takes values, got item numbers"),
        Refusal("net.output:logits(x)", "one state for each example"),
        Refusal("x:sum{}:sum{}:matmul(net.output)", "cannot be an operand"),
        Refusal("42", "forward of 'model' must return scores of the 10 classes"),
        Refusal("x", "got Variable, Tensor"),
        Refusal("kept and kept:tanh() or keep(x)", "a forward pass that has ended"),
        Refusal("error 'of my own'", "of my own"),
        Refusal("error{ code = 3 }", "error value: { code = 3 }"),
    ]

    @Test("names the line of a mistake in forward, and goes on", arguments: mistakes)
    func mistake(_ mistake: Refusal) throws {
        let world = try RingWorld()
        let message = try #require(
            world.script.failure(
                """
                function keep(x) kept = x return x:at(-1):matmul(nj.tensor.full({ 3, 10 }, 1)) end
                local Model = nj.nn.model{ name = "model", build = function(o)
                  return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3 },
                           output = nj.nn.linear{ inputs = 3, outputs = o.items + 1 } } end,
                  forward = function(net, batch)
                    local x = net.items(batch.ids)
                    return \(mistake.text)
                  end }
                local net = Model{ items = 9 }
                nj.fit(net, train, { epochs = 1, batch = 8 })
                """))
        #expect(message.contains(mistake.message), "\(message)")
        #expect(
            try world.run(
                "collectgarbage() return nj.evaluate(nj.models.popularity(train), test).mrr > 0")
                == "true")
    }

    @Test("keeps the batches before an error in forward")
    func laterError() throws {
        let world = try RingWorld()
        let text = try world.run(
            """
            local Model = nj.nn.model{ name = "model", build = function(o)
              return { items = nj.nn.embedding{ rows = o.items + 1, dim = 3 } } end,
              forward = function(net, batch)
                calls = (calls or 0) + 1
                if calls == 4 then error "the fourth" end
                return net.items:logits(net.items(batch.ids):at(-1))
              end }
            local net = Model{ items = 9 }
            local before = net:tensor "items.weight":copy()
            local ok, message = pcall(nj.fit, net, train, { epochs = 2, batch = 8 })
            return ok, tostring(message), before:eq(net:tensor "items.weight"):mean() < 1,
              net:tensor "items.weight":isfinite(), #net:recommend({ 3 }, { k = 2 })
            """)
        #expect(text == "false test:5: the fourth true true 2")
    }
}
