/// Runs the examples of the reference where their names mean something.
enum ExampleScript {
    /// Lua that follows a list `examples` of names and texts; it prints what failed.
    static let text = scene + trial

    /// The world of the examples, in sizes that fit them all.
    private static let scene = """
        ml = nj.data.simulate{ users = 60, items = 200, seed = 1 }
        log = ml
        parts = log:split{ by = "time", valid = 0.1, test = 0.1 }
        train, valid = parts.train:windows{ length = 9 }, parts.valid:windows{ length = 9 }
        test = parts.test:windows{ length = 9 }
        net = nj.models.lstm{ items = log.n_items, dim = 4, hidden = 4 }
        run = nj.fit(net, train, { epochs = 2, checkpoint = { dir = "runs/first", every = 1 } })
        att = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
        store = nj.influence.store{
            dir = "runs/first/gradients", checkpoints = run.checkpoints, train = train }
        report = nj.evaluate(net, test, { "mrr", "ndcg@10" })
        base, cut, first, second, third = report, report, report, report, report
        before, after = report:values("mrr"), report:values("mrr")
        comparison = nj.metrics.compare({ all = base, cut = cut }, { baseline = "all" })
        harmful = nj.selection{ drop = { 3, 1 } }
        scores = {}
        for row = 1, #log do scores[row] = row end
        x, y = nj.tensor.uniform{ 3, 3, seed = 1 }, nj.tensor.uniform{ 3, 3, seed = 2 }
        w = nj.tensor.uniform{ 3, 3, seed = 3 }
        u, v = nj.tensor{ 1, 2, 3 }, nj.tensor{ 3, 2, 1 }
        features, ratings, losses, shares = x, nj.tensor{ 5, 3, 4 }, v, v
        covariance = x:transpose():matmul(x) + nj.tensor.eye(3)
        options = { items = log.n_items }
        nj.save("model.safetensors", { weights = w })
        nj.write_json("results.json", { mrr = 0.5 })
        do
            local file <close> = assert(io.open("plays.csv", "w"))
            file:write("listener,track\\n1,2\\n1,3\\n2,2\\n")
        end
        local films = nj.data.interactions{
            users = { 196, 1 }, items = { 1, 2 },
            titles = { "Star Wars (1977)", "Heat (1995)" } }

        runs = nj.retrain{
            model = net, train = train, subsets = nj.subsets.random(train, { count = 3 }),
            targets = test, epochs = 1 }

        search = nj.search.run{
            name = "examples", trials = 2, space = { x = nj.search.uniform(0, 1) },
            objective = function(trial) return trial.params.x end }
        local recorded = nj.runs.start{ name = "example" }:log(1, { loss = 1 })

        -- Names that mean something else in one example.
        local special = {
            ["nj.Interactions:item"] = { log = films },
            ["nj.Interactions:user"] = { log = films },
            ["nj.Examples:where"] = { log = films },
            ["nj.Tensor:topk"] = { scores = nj.tensor.arange(0, 20) },
            ["nj.Tensor:rows"] = { w = nj.tensor.zeros{ 10, 3 } },
            ["nj.Tensor:slice"] = { w = nj.tensor.zeros{ 10, 8 } },
            ["nj.Run:log"] = { run = recorded, epoch = 2, loss = 0.5, mrr = 0.1 },
            ["nj.Run:set"] = { run = recorded },
            ["nj.Run:artifact"] = { run = recorded },
        }

        """

    private static let trial = """
        local show, failures = print, {}
        -- Examples print their values; whether they can be shown is what counts.
        function print(...)
            for _, value in ipairs{ ... } do tostring(value) end
        end

        local function try(example, names)
            local own = special[example.name] or {}
            local function look(_, name)
                for _, place in ipairs{ own, names or {}, _G } do
                    if place[name] ~= nil then return place[name] end
                end
            end
            local world = setmetatable({}, { __index = look })
            local code, message = load("return " .. example.text, "=example", "t", world)
            if not code then code, message = load(example.text, "=example", "t", world) end
            local ok = code ~= nil
            if ok then ok, message = pcall(code) end
            if not ok then failures[#failures + 1] = example.name .. ": " .. tostring(message) end
        end

        -- Layers and operations work inside of a pass only; fetching needs the network.
        local inside, later = {}, {}
        for _, example in ipairs(examples) do
            local name = example.name
            if name:find("^nj%.nn%.Definition") then
                later[#later + 1] = example
            elseif name:find("^nj%.nn%.") then
                inside[#inside + 1] = example
            elseif name ~= "nj.data.fetch" then
                try(example)
            end
        end
        Bag = nj.nn.model{
            name = "bag", options = { dim = 4 },
            build = function(options)
                return {
                    items = nj.nn.embedding{ rows = options.items + 1, dim = 4 },
                    output = nj.nn.linear{ inputs = 4, outputs = options.items + 1 },
                    bias = nj.nn.bias{ size = 4 }, gain = nj.nn.parameter{ shape = { 4 } },
                    position = nj.nn.parameter{ shape = { 8, 4 } },
                }
            end,
            forward = function(net, batch)
                local states = net.items(batch.ids)
                local state = states:at(-1)
                special["nj.nn.cross_entropy"] = { scores = net.output(state) }
                local names = {
                    net = net, batch = batch, x = states, y = states, states = states,
                    items = states, queries = states, keys = states, state = state,
                    weights = batch.mask, scores = batch.mask, positive = batch.mask,
                    negative = batch.mask,
                }
                for _, example in ipairs(inside) do try(example, names) end
                inside = {}
                return net.output:logits(state)
            end,
        }
        for _, example in ipairs(later) do try(example) end
        nj.fit(Bag{ items = log.n_items, seed = 1 }, train, { epochs = 1 })
        print = show
        assert(#inside == 0)
        for _, failure in ipairs(failures) do print(failure) end
        """
}
