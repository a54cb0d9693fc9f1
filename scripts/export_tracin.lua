--- Writes TracIn scores with all that another program needs to compute them anew.
---
---   scripts/nightjar run scripts/export_tracin.lua --data ml-100k --out runs/judge
---   .venv/bin/python scripts/bench.d/judge_tracin.py runs/judge
---
--- Trains the model of scripts/tracin_movielens.lua for a few epochs, or takes the checkpoints
--- given as arguments, which --data and --protocol must then fit, and scores a sample of examples.
---
--- The folder --out holds in the end
---   *.safetensors                         the checkpoints that export.json lists
---   export.json                           their learning rates, and what was chosen here
---   train_histories.npy, train_targets.npy, test_histories.npy, test_targets.npy
---                                         items from 1; 0 is padding, in front of short histories
---   pairs.npy                             scores, training examples x test examples
---   totals.npy                            scores against the mean loss of the test examples
---   self_influence.npy                    scores of training examples against themselves

local opt = nj.options{
  "[CHECKPOINT...]",
  data = "simulated",
  protocol = {
    "honest", "honest: sorted, learned embeddings; faithful: file order, frozen ones",
    { "honest", "faithful" },
  },
  parameters = { "all", "whose gradients count", { "all", "last_layer" } },
  epochs = { 3, "passes over the training examples, each with a checkpoint" },
  examples = { 300, "training examples to score" },
  tests = { 50, "test examples to score them against" },
  seed = 1,
  out = { "runs/export", "folder for the files; made when training" },
}

local faithful = opt.protocol == "faithful"

-- Data ------------------------------------------------------------------------------------------

local log = nj.data.open(opt.data)
local is_simulated = log:planted() ~= nil
if not faithful then log = log:sorted() end
local parts = log:split{ by = "tail", valid = 0, test = 0.1, min_rows = 10 }
local window = is_simulated and 20 or 50
local train = parts.train:windows{ length = window }
local test = parts.test:windows{ length = window }

-- Checkpoints -----------------------------------------------------------------------------------

local function trained()
  local net = nj.models.lstm{
    items = log.n_items, dim = is_simulated and 32 or 128, hidden = 64, seed = opt.seed,
    frozen_embeddings = faithful,
  }
  local run = nj.fit(net, train, {
    epochs = opt.epochs, batch = is_simulated and 128 or 256, lr = is_simulated and 3e-3 or 1e-3,
    seed = opt.seed, checkpoint = { dir = opt.out, every = 1, last = false, overwrite = true },
  })
  return run.checkpoints
end

--- Copies files into the folder, which then stands by itself.
local function copied(paths)
  local copies = {}
  for index, path in ipairs(paths) do
    local source = assert(io.open(path, "rb"))
    local bytes = source:read("a")
    source:close()
    copies[index] = ("%s/checkpoint-%d.safetensors"):format(opt.out, index)
    local copy = assert(io.open(copies[index], "wb"))
    assert(copy:write(bytes))
    assert(copy:close())
  end
  return copies
end

local checkpoints = #opt.arguments > 0 and copied(opt.arguments) or trained()

-- Scores ----------------------------------------------------------------------------------------

local function sampled(examples, count)
  return examples:subset(examples:sample(math.min(count, #examples), { seed = opt.seed }))
end
train, test = sampled(train, opt.examples), sampled(test, opt.tests)

local att = nj.influence.tracin{
  checkpoints = checkpoints, train = train, parameters = opt.parameters,
}
print(att:plan(test))

-- Files -----------------------------------------------------------------------------------------

local function path(name) return opt.out .. "/" .. name end

local function write_examples(name, examples)
  local histories = {}
  for position = 1, #examples do
    local history = examples:history(position)
    local padding = examples.history_length - #history
    local row = {}
    for place = 1, examples.history_length do row[place] = history[place - padding] or 0 end
    histories[position] = row
  end
  nj.save(path(name .. "_histories.npy"), histories, { type = "int32" })
  nj.save(path(name .. "_targets.npy"), examples.targets, { type = "int32" })
end

write_examples("train", train)
write_examples("test", test)
nj.save(path "pairs.npy", att:scores(test):tensor())
nj.save(path "totals.npy", att:total(test):tensor())
nj.save(path "self_influence.npy", att:self():tensor())

local names, rates = {}, {}
for index, file in ipairs(checkpoints) do
  names[index] = file:match("[^/]+$")
  rates[index] = nj.checkpoint.open(file).lr
end
nj.write_json(path "export.json", {
  data = opt.data, protocol = opt.protocol, split = parts.protocol, seed = opt.seed,
  parameters = opt.parameters, checkpoints = names, learning_rates = rates,
})
print(("%d x %d scores written to %s"):format(#train, #test, opt.out))
