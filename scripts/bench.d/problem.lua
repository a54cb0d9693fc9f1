--- The models and the data of the training and attribution benchmarks; as peers/lstm.py has them.

local problem = {}

--- `items` counts the padding item 0, as PyTorch's embeddings do.
problem.ml_1m = { items = 3706, dim = 64, hidden = 128, length = 20, batch = 256 }
problem.ml_100k = { items = 1683, dim = 128, hidden = 64, length = 49, batch = 1024 }

--- A log of `users` users with `length` random items each, and a function that chooses theirs
--- among the pieces or examples of it. Speed does not depend on which items they are.
local function random_log(users, items, length)
  local log_users, log_items = {}, {}
  for user = 1, users do
    for _ = 1, length do
      log_users[#log_users + 1] = user
      log_items[#log_items + 1] = math.random(items)
    end
  end
  -- A user of all items keeps every set's item numbers alike; it is not among the chosen.
  local last = users + 1
  for item = 1, items do
    log_users[#log_users + 1] = last
    log_items[#log_items + 1] = item
  end
  local function choose(all)
    local chosen = {}
    for position, user in ipairs(all.users) do
      if user ~= last then chosen[#chosen + 1] = position end
    end
    return all:subset(chosen)
  end
  return nj.data.interactions{ users = log_users, items = log_items }:whole(), choose
end

--- Random histories and targets. Each example is a user of its own, so that every history has its
--- full length.
function problem.examples(shape, count)
  local log, choose = random_log(count, shape.items - 1, shape.length + 1)
  return choose(log:windows{ length = shape.length + 1, min_history = shape.length })
end

--- Random sequences of `length` items, one of each user.
function problem.sequences(users, items, length)
  local log, choose = random_log(users, items, length)
  return choose(log:chunks{ length = length, minimum = length })
end

function problem.model(shape)
  return nj.models.lstm{ items = shape.items - 1, dim = shape.dim, hidden = shape.hidden }
end

--- One epoch of training.
function problem.epoch(net, shape, train)
  return nj.fit(net, train, { epochs = 1, batch = shape.batch, lr = 1e-3, seed = 1 })
end

--- A folder that does not exist yet, where the driver deletes it in the end.
function problem.folder()
  local file = os.tmpname()
  os.remove(file) -- the name is all that is needed
  local scratch = os.getenv "NIGHTJAR_BENCH_SCRATCH"
  return scratch and scratch .. "/" .. file:match "[^/]+$" or file
end

--- The checkpoints of a model that was trained for one epoch.
function problem.checkpoints(shape, train)
  return nj.fit(problem.model(shape), train, {
    epochs = 1, batch = shape.batch, lr = 1e-3, seed = 1,
    checkpoint = { dir = problem.folder(), every = 1 },
  }).checkpoints
end

--- TracIn over one checkpoint, with the gradients of all parameters or of those that are named.
function problem.influence(shape, train, parameters)
  return nj.influence.tracin{
    checkpoints = problem.checkpoints(shape, train), train = train,
    parameters = parameters or "all",
  }
end

return problem
