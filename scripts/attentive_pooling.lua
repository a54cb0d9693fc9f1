--- A next-item model written in Lua: attention over the history, pooled to one state.
---
--- Trains it, compares it with popularity, and asks which training examples were
--- behind one prediction: the same calls as for a built-in model.
---
---   scripts/nightjar run scripts/attentive_pooling.lua --data ml-100k

local opt = nj.options{
  data = "simulated", seed = 1, quick = false, runs = "runs/attentive", dim = 32, length = 20 }

local Pooling = nj.nn.model{
  name = "attentive_pooling",
  options = { dim = 32, length = 20, dropout = 0.1 },

  build = function(o)
    return {
      items = nj.nn.embedding{ rows = o.items + 1, dim = o.dim, scale = 0.1 },
      position = nj.nn.parameter{ shape = { o.length, o.dim }, scale = 0.1 },
      hidden = nj.nn.linear{ inputs = o.dim, outputs = o.dim },
      attend = nj.nn.linear{ inputs = o.dim, outputs = 1, bias = false },
      drop = nj.nn.dropout{ rate = o.dropout },
      output = nj.nn.linear{ inputs = 2 * o.dim, outputs = o.items + 1 },
    }
  end,

  forward = function(net, batch)
    local items = net.items(batch.ids)                            -- B x T x dim
    local keys = net.hidden(items + net.position):tanh()
    local scores = net.attend(keys):reshape{ batch.size, 1, -1 }  -- B x 1 x T
    local padded = batch.mask:eq(0):reshape{ batch.size, 1, -1 }
    local weights = scores:masked_fill(padded, -1e9):softmax()
    local pooled = weights:matmul(items):at(1)                    -- B x dim
    local state = nj.nn.concat{ pooled, items:at(-1) }            -- what was liked, what was last
    return net.output:logits(net.drop(state))
  end,
}

local log = nj.data.open(opt.data)
local parts = log:sorted():split{ by = "tail", valid = 0.1, test = 0.1, min_rows = 10 }
local train = parts.train:windows{ length = opt.length + 1 } -- the history, then the target
local test = parts.test:windows{ length = opt.length + 1 }
print(log)

local net = Pooling{ items = log.n_items, dim = opt.dim, length = opt.length, seed = opt.seed }
local run = nj.fit(net, train, {
  epochs = opt.quick and 2 or 10, batch = 256, lr = 3e-3, seed = opt.seed,
  checkpoint = { dir = opt.runs, every = 2, overwrite = true } })
print(net)
print(run)

print(nj.evaluate(nj.models.popularity(train), test, { "mrr", "recall@10" }))
print(nj.evaluate(net, test, { "mrr", "recall@10" }))

local influence = nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
print(influence:explain(test, 1, { k = 3 }))

-- At the prompt: made = dofile "scripts/attentive_pooling.lua"
return { net = net, run = run, influence = influence, train = train, test = test }
