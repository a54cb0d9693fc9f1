--- The models and the data of the training and attribution benchmarks; as peers/lstm.py has them.

local problem = {}

--- `items` counts the padding item 0, as PyTorch's embeddings do.
problem.ml_1m = { items = 3706, dim = 64, hidden = 128, length = 20, batch = 256 }
problem.ml_100k = { items = 1683, dim = 128, hidden = 64, length = 49, batch = 1024 }

--- Random histories and targets. Speed does not depend on which items they are.
function problem.examples(shape, count)
  local rows = {}
  for row = 1, count do
    local items = {}
    for position = 1, shape.length + 1 do
      items[position] = math.random(shape.items - 1)
    end
    rows[row] = items
  end
  return nj.examples{ items = shape.items - 1, rows = rows }
end

function problem.model(shape)
  return nj.models.lstm{ items = shape.items - 1, dim = shape.dim, hidden = shape.hidden }
end

--- One epoch of training.
function problem.epoch(net, shape, train)
  return nj.fit(net, train, { epochs = 1, batch = shape.batch, lr = 1e-3, seed = 1 })
end

--- TracIn over one checkpoint of a model that was trained for one epoch.
function problem.influence(shape, train)
  local folder = os.tmpname()
  os.remove(folder) -- the name is all that is needed
  local run = nj.fit(problem.model(shape), train, {
    epochs = 1, batch = shape.batch, lr = 1e-3, seed = 1, checkpoint = { dir = folder, every = 1 },
  })
  return nj.influence.tracin{ checkpoints = run.checkpoints, train = train }
end

return problem
