--- A simulated log whose faults are known, split, cut, and with a model that learned from it.
---
---     local world = nj.planted{ users = 200, items = 100, epochs = 6 }
---     local scores = world.influence:total(world.valid)
---     print(nj.stats.detection(-scores:tensor(), world.truth.misclicks).auc)
---
--- truth has one true or false for each training example: misclicks asks for an item that the user
--- did not want, junk is of a user who clicks at random, duplicates of a copy of another user, and
--- noise is a mis-click or junk. world:remove() deletes the checkpoints.

local settings = require "nightjar.settings"

local declared = settings.declare("nj.planted", {
  users = { 200, "number of users, faulty ones too", min = 2 },
  items = { 100, "number of items", min = 20 },
  misclick_rate = { 0.04, "chance that a click is a slip", min = 0, max = 0.5 },
  junk_share = { 0.03, "share of users who click at random", min = 0, max = 0.3 },
  duplicate_share = { 0.03, "share of users who copy others", min = 0, max = 0.3 },
  length = { 12, "items of history plus the target", min = 2 },
  dim = { 16, "size of the model's embeddings", min = 1 },
  hidden = { 32, "size of the model's state", min = 1 },
  epochs = { 6, "passes over the training examples; each leaves a checkpoint", min = 1 },
  lr = { 4e-3, "learning rate", min = 0 },
  seed = { 1, "seed of the log and of the model", min = 0 },
  dir = { "", "folder for the checkpoints; a temporary one when empty" },
})

--- What is planted among examples: a list of true and false by kind of fault.
---@param examples nj.Examples of a simulated log
---@return table<string, boolean[]>
local function truth_of(examples)
  local planted = examples.log:planted()
  local truth = { misclicks = {}, junk = {}, duplicates = {}, noise = {} }
  for position, row in ipairs(examples.rows) do
    for _, kind in ipairs{ "misclicks", "junk", "duplicates" } do
      truth[kind][position] = planted[kind][row]
    end
    truth.noise[position] = planted.misclicks[row] or planted.junk[row]
  end
  return truth
end

local World = {}
World.__index = World
World.__name = "nj.PlantedWorld"

function World:__tostring()
  return ("PlantedWorld: %d training examples, %d mis-clicks, %d of junk users, %d of copies")
    :format(#self.train, self:count "misclicks", self:count "junk", self:count "duplicates")
end

--- How many training examples have a fault of some kind.
function World:count(kind)
  local count = 0
  for _, is_planted in ipairs(self.truth[kind]) do if is_planted then count = count + 1 end end
  return count
end

--- How many of some chosen training examples have a fault of some kind.
function World:found(positions, kind)
  local count = 0
  for _, position in ipairs(positions) do
    if self.truth[kind][position] then count = count + 1 end
  end
  return count
end

--- Deletes the checkpoints.
function World:remove()
  for _, file in ipairs(self.run.checkpoints) do os.remove(file) end
  os.remove(self.run.newest)
  os.remove(self.folder)
end

local planted = { truth_of = truth_of }

---@param options? table
return setmetatable(planted, {
  __call = function(_, options)
    local opt = declared:read(options, 2)
    local world = setmetatable({}, World)
    world.log = nj.data.simulate{
      users = opt.users, items = opt.items, misclick_rate = opt.misclick_rate,
      junk_share = opt.junk_share, duplicate_share = opt.duplicate_share, seed = opt.seed,
    }
    world.parts = world.log:split{ by = "tail", valid = 0.1, test = 0.1, min_rows = 10 }
    world.train = world.parts.train:windows{ length = opt.length }
    world.valid = world.parts.valid:windows{ length = opt.length }
    world.test = world.parts.test:windows{ length = opt.length }
    world.truth = truth_of(world.train)
    world.model = nj.models.lstm{
      items = world.log.n_items, dim = opt.dim, hidden = opt.hidden, seed = opt.seed,
    }
    world.folder = opt.dir
    if opt.dir == "" then
      local name = os.tmpname()
      os.remove(name)
      world.folder = name .. ".checkpoints"
    end
    world.run = nj.fit(world.model, world.train, {
      epochs = opt.epochs, lr = opt.lr, seed = opt.seed,
      checkpoint = { dir = world.folder, every = 1 },
    })
    world.checkpoints = world.run.checkpoints
    world.influence = nj.influence.tracin{ checkpoints = world.checkpoints, train = world.train }
    return world
  end,
})
