// The Lua around the calls.

/// The script that stands before the calls of a round.
///
/// It is part of the round's record, so that a record is a whole script.
enum Prelude {
    /// How many objects of a class are kept at most.
    static let mostOfClass = 8

    /// How many odd values there are.
    static let oddCount = 19

    /// Everything up to the first call; `inside` puts the calls into the forward pass of a model.
    ///
    /// With `keepsLibraries` no call gets a library as an argument: where it could write to it, that
    /// would outlive what the round drops.
    static func text(inside: Bool, keepsLibraries: Bool) -> String {
        let libraries = keepsLibraries ? "{}, {}, {}, {}" : "math, string, nj, nj.data"
        return tools.replacing("LIBRARIES", with: libraries) + world + (inside ? pass : "")
    }

    /// What the calls are made with.
    private static let tools = """
        of = {}                      -- objects to call with, by class
        local most = \(mostOfClass)

        local function keys(t)
          local found = {}
          for key in next, t do if type(key) == "string" then found[#found + 1] = key end end
          table.sort(found)
          for i = 1, math.min(8, rawlen(t)) do table.insert(found, i, i) end
          return found
        end

        local function put(value, slot, depth, kept)
          if type(value) == "userdata" then
            local class = getmetatable(value)
            if type(class) ~= "string" then return end
            local list = of[class] or {}
            of[class] = list
            list[#list < most and #list + 1 or slot] = value
            kept[#kept + 1] = class
          elseif type(value) == "table" and depth < 3 then
            for _, key in ipairs(keys(value)) do put(rawget(value, key), slot, depth + 1, kept) end
          end
        end

        local function settle(slot, ok, ...)
          local first = ...
          if not ok then return false, type(first) == "string" and first or type(first), "" end
          local kept = {}
          for i = 1, math.min(4, select("#", ...)) do put((select(i, ...)), slot, 0, kept) end
          return true, "", table.concat(kept, " ")
        end

        function try(slot, f) return settle(slot, pcall(f)) end
        function set(object, key, value) object[key] = value end
        function close(object) local held <close> = object end
        function file() return assert(io.open("e.txt", "a+")) end

        function each(object)
          local count = 0
          for _ in pairs(object) do
            count = count + 1
            if count > 20 then break end
          end
          return count
        end

        local cycle = {}
        cycle.self, cycle[1] = cycle, cycle
        local deep = {}
        for _ = 1, 300 do deep = { deep } end
        local fail = function() error("odd", 0) end
        local spy = setmetatable({}, { __index = fail, __newindex = fail, __len = fail, __pairs = fail,
          __call = fail, __tostring = fail, __eq = fail, __name = "spy", __metatable = 1 })
        local freed = nj.tensor{ 1, 2 }
        freed:free()
        odd = { cycle, deep, spy, freed, coroutine.create(fail), io.stdout, print, fail,
          setmetatable({ 1, 2 }, { __len = function() return math.maxinteger end }),
          setmetatable({}, { __index = function(_, key) return key end }),
          ("x"):rep(1 << 16), { [math.huge] = 1, [-1] = 2, [1.5] = 3 }, { nil, 2, nil, 4 },
          { 1, "2", {}, 0/0 }, { name = 1, [1] = "name" }, LIBRARIES }

        fn = {
          function() end,
          function(...) return ... end,
          function(x) return x end,
          function() return 1 end,
          function() return 0/0 end,
          function() return {} end,
          function() return "text" end,
          function() return of["nj.Tensor"][1] end,
          function() error("wanted", 0) end,
          function() error({}) end,
          function() error() end,
          function() coroutine.yield(1) end,
          function() collectgarbage() end,
          function(x) of["nj.Tensor"][1]:free() return x end,
          function(x) if type(x) == "userdata" and x.free then x:free() end return x end,
          function(x, y) return pcall(function() return x * y end) and x * y or x end,
          function(x) return x and x:sum() end,
          function(x) local function f(n) return f(n + 1) + 1 end return f(1) end,
          function(...) return select(-1, ...) end,
          function() return table.unpack({}, 1, 100) end,
        }

        """

    /// One small object of each kind.
    private static let world = """
        local log = nj.data.interactions{
          users = { 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3 },
          items = { 1, 2, 3, 4, 2, 2, 3, 4, 1, 2, 3, 4, 1, 2, 4 },
          ratings = { 5, 4, 3, 2, 1, 5, 4, 3, 2, 1, 5, 4, 3, 2, 1 },
          times = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 15, 25, 35, 45, 55 },
          titles = { "Heat (1995)", "Alien (1979)", "Aliens (1986)", "Solaris (1972)" },
          name = "small" }
        local parts = log:split{ by = "tail", valid = 0.2, test = 0.2, min_rows = 1 }
        local train = parts.train:windows{ length = 3 }
        local net = nj.models.lstm{ items = log.n_items, dim = 2, hidden = 2 }
        local run = nj.fit(net, train, { epochs = 2, batch = 4, valid = parts.valid,
          checkpoint = { dir = "run", every = 1, overwrite = true } })
        local influence = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
        Bag = nj.nn.model{ name = "bag", options = { dim = 2 },
          build = function(o)
            return { items = nj.nn.embedding{ rows = o.items + 1, dim = o.dim },
              hidden = nj.nn.linear{ inputs = o.dim, outputs = o.dim } }
          end,
          forward = function(net, batch)
            local states = net.hidden(net.items(batch.ids))
            local logits = net.items:logits(states:at(-1))
            if of.calls then
              local calls = of.calls
              of.calls = nil
              local _, _, first = try(1, function()
                return batch, batch.ids, batch.targets, batch.mask
              end)
              local _, _, second = try(2, function()
                return logits, states, states:sum{ axis = 2 }, states:at(1)
              end)
              calls(first .. " " .. second)
            end
            return logits
          end }
        local bag = Bag{ items = log.n_items }
        local report = nj.evaluate(net, parts.test, { "mrr", "ndcg@2", "recall@2" })
        local other = nj.evaluate(nj.models.popularity(train), parts.test, { "mrr", "ndcg@2" })
        local makers = {
          function() return nj.tensor{ 1, -2, 3 }, nj.tensor{ { 2, 1 }, { 1, 3 } } end,
          function() return nj.tensor.normal{ shape = { 2, 3 }, seed = 1 }, nj.tensor.zeros{ 4, 2, 3 } end,
          function() return nj.tensor{ 0/0, 1/0 }, nj.tensor.arange(5), freed end,
          function() return log, parts, train, parts.train, parts.test end,
          function() return log:whole():windows{ length = 4 }, log:whole():chunks{ length = 3 } end,
          function() return net, bag, Bag, run end,
          function() return nj.checkpoint.open(run.checkpoints[1]), report, influence end,
          function() return nj.checkpoint.compare(table.unpack(run.checkpoints)) end,
          function() return influence:total(parts.valid), influence:scores(parts.test) end,
          function() return influence:explain(parts.test, 1), nj.selection{ drop = { 1, 2 } } end,
          function()
            local halves = nj.subsets.random(train, { count = 3 })
            return halves, nj.retrain{ model = net, train = train, subsets = halves,
              targets = parts.test, epochs = 1, batch = 4 }
          end,
          function()
            return nj.influence.store{ dir = "gradients", checkpoints = run.checkpoints, train = train,
              dimension = 64 }
          end,
          function() return nj.metrics.compare({ a = report, b = other }, { baseline = "b" }) end,
          function() return nj.nn.linear{ inputs = 3, outputs = 2 }, nj.nn.dropout{ rate = 0.5 } end,
          function() return nj.nn.layer_norm{ size = 3 } end,
          function()
            local trial
            local search = nj.search.run{ name = "search " .. nj.clock(), store = "searches",
              trials = 1, space = { x = nj.search.uniform(0, 1) },
              objective = function(given) trial = given return given.params.x end }
            return search, trial, search:refit{ seeds = 1 }, nj.search.int(1, 4)
          end,
          function() return nj.save("a.npy", of["nj.Tensor"][2]) end,
          function() return nj.save("b.safetensors", { a = nj.tensor{ 1, 2 } }) end,
          function() return nj.write_json("c.json", { a = { 1, 2, "x" } }) end,
          function()
            local file <close> = io.open("d.csv", "w")
            file:write("user,item,rating,timestamp\\n1,2,3.5,10\\n2,1,4,20\\n1,1,5,30\\n")
          end,
        }
        local kept = {}
        for slot, make in ipairs(makers) do
          local ok, problem, classes = try(slot, make)
          kept[slot] = ok and classes or error("maker " .. slot .. ": " .. problem, 0)
        end
        made = table.concat(kept, " ")

        """

    /// Runs the function `calls` in the middle of a training pass.
    private static let pass = """
        function inside(calls)
          of.calls = calls
          nj.fit(of["nj.nn.Definition"][1]{ items = 4 }, of["nj.Examples"][1],
            { epochs = 1, batch = 16 })
        end

        """
}
