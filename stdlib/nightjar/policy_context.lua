--- What a filtering policy works on: the ctx of its select and score functions.
---
--- Fields are what the call gave, or made from it when they are first read: ctx.influence is TracIn
--- over the checkpoints, ctx.model the model of the last one, ctx.target the validation examples.
--- A part such as parts.valid becomes examples with histories as long as those of train.

local settings = require "nightjar.settings"

local context = {}

---@class nj.PolicyContext
---@field train nj.Examples the training examples
---@field valid? nj.Examples validation examples
---@field test? nj.Examples test examples, for policies with uses_test = true alone
---@field target nj.Examples the examples whose loss matters; valid when left out
---@field log nj.Interactions the log that train is cut from, with the rows of validation and test
---@field checkpoints string[] checkpoint files, such as run.checkpoints
---@field model nj.Model a trained model; that of the last checkpoint when left out
---@field influence nj.Influence an attribution; TracIn over the checkpoints when left out
---@field seed integer
---@field target_items integer[] the item that each training example asks for
local Ctx = {}

--- What a call may give, and what each is.
local examples_of = "nj.Examples | nj.Sequences | nj.Part"
local given = {
  train = { type = examples_of, "the training examples" },
  valid = { type = examples_of, "validation examples" },
  test = { type = examples_of, "test examples" },
  target = { type = examples_of, "the examples whose loss matters, such as parts.valid" },
  log = { type = "nj.Interactions", "the log that train is cut from, test rows and all" },
  checkpoints = { type = "table", "files such as run.checkpoints" },
  model = { type = "any", "a trained model" },
  influence = { type = "any", "an attribution such as nj.influence.tracin{ … }" },
  seed = { type = "integer", "the seed of all draws" },
  target_items = {
    type = "table", "one for each example, as of parts.train:windows{ length = 50 }",
  },
  run = { type = "any", "the record that nj.fit gave, for its checkpoints" },
}
context.fields = {}
for name, field in pairs(given) do
  field.optional = true
  context.fields[name] = field[1]
end
context.names = {}
for name in pairs(context.fields) do context.names[#context.names + 1] = name end
table.sort(context.names)

--- How a field is made from others when the call did not give it.
local makers = {
  log = function(ctx) return ctx.train.log end,
  target = function(ctx) return ctx.valid end,
  seed = function() return 1 end,
  target_items = function(ctx) return ctx.train.targets end,
  checkpoints = function(ctx)
    local run = ctx.run
    return run and run.checkpoints
  end,
  model = function(ctx)
    local files = ctx.checkpoints
    return files and nj.checkpoint.open(files[#files]):model()
  end,
  influence = function(ctx)
    local files = ctx.checkpoints
    return files and nj.influence.tracin{ checkpoints = files, train = ctx.train }
  end,
}
--- What else would do in place of a field that is missing.
local instead = { target = "valid", model = "checkpoints", influence = "checkpoints" }

local states = setmetatable({}, { __mode = "k" })

--- Examples, where a side of a split was given.
local function examples(value, train)
  if getmetatable(value) ~= "nj.Part" then return value end
  local is_sequences = getmetatable(train) == "nj.Sequences"
  return value:windows{ length = is_sequences and train.length or train.history_length + 1 }
end

local is_examples = { valid = true, test = true, target = true }

--- A field, made if need be; nothing when what it is made of is missing.
local function find(ctx, state, name)
  local value = state.values[name]
  if value == nil and makers[name] then value = makers[name](ctx) end
  if value ~= nil and is_examples[name] then value = examples(value, ctx.train) end
  state.values[name] = value
  return value
end

local metatable = {
  __name = "nj.PolicyContext",
  __tostring = function(ctx) return "PolicyContext of " .. tostring(ctx.train) end,
  __newindex = function(_, name)
    error(("a policy's context is not to be changed; keep '%s' in a local variable")
      :format(tostring(name)), 2)
  end,
}

function metatable.__index(ctx, name)
  if Ctx[name] then return Ctx[name] end
  if not context.fields[name] then
    local near = nj.closest(tostring(name), context.names)
    error(("a policy's context has no '%s'%s; it has %s"):format(tostring(name),
      near and (" (did you mean '%s'?)"):format(near) or "", table.concat(context.names, ", ")), 2)
  end
  local state = states[ctx]
  if name == "test" and not state.policy.uses_test then
    error(("policy '%s' reads ctx.test: choose by ctx.valid, or declare uses_test = true, and its"
      .. " selections will say that they were chosen with test data"):format(state.policy.name), 2)
  end
  local value = find(ctx, state, name)
  if (is_examples[name] or name == "train") and context.holds_test(value) then
    state.saw_test = true
  end
  return value
end

local leaky = setmetatable({}, { __mode = "k" })

--- Notes that a selection was chosen with test examples.
function context.mark_leaky(selection) leaky[selection] = true end

--- Whether a selection was chosen with test examples.
function context.is_leaky(selection) return leaky[selection] or false end

local current -- the context of the policy that chooses now

--- Begins a choice; gives the context of the policy that asked for it, if one did.
function context.enter(ctx)
  local outer = current
  current = ctx
  return outer
end

--- Ends a choice: what it saw, the policy that asked for it has seen, too.
function context.leave(ctx, outer)
  current = outer
  if outer and states[ctx].saw_test then states[outer].saw_test = true end
end

--- Whether a part or a set of examples has some of the test side.
function context.holds_test(value)
  local kind = getmetatable(value)
  if kind == "nj.Part" then return value.role == "test" end
  return (kind == "nj.Examples" or kind == "nj.Sequences") and value.has_test
end

--- Whether test examples were read.
function context.saw_test(ctx) return states[ctx].saw_test end

--- What is wrong with the values of a call, in words, or nothing.
local function problem(values, policy)
  for _, need in ipairs{ "train", table.unpack(policy.needs) } do
    local is_possible = values[need] ~= nil
      or need == "checkpoints" and values.run ~= nil
      or need == "log" or need == "seed"
      or need == "target_items" and getmetatable(values.train) ~= "nj.Sequences"
      or instead[need] and (values[instead[need]] ~= nil
        or instead[need] == "checkpoints" and values.run ~= nil)
    if not is_possible then
      return (" needs '%s': %s%s"):format(need, context.fields[need],
        instead[need] and (", or '%s'"):format(instead[need]) or "")
    end
  end
  if getmetatable(values.train) == "nj.Part" then
    return ": 'train' must be the examples that the model learned from, such as"
      .. " parts.train:windows{ length = 50 }"
  end
  local run, files = values.run, values.checkpoints
  if run ~= nil then
    local is_record, found = pcall(function() return run.checkpoints end)
    if not is_record or type(found) ~= "table" then
      return ": 'run' must be the record that nj.fit gave, or { checkpoints = { … } }"
    end
    files = files or found
  end
  local wants_files = false
  for _, need in ipairs(policy.needs) do
    wants_files = wants_files or need == "checkpoints"
      or (need == "model" or need == "influence") and values[need] == nil
  end
  if wants_files and files and #files == 0 then
    return ": there are no checkpoints; train with checkpoint = { dir = \"…\", every = 1 }"
  end
  local items = values.target_items
  if items and #items ~= #values.train then
    return (": 'target_items' must have one for each of %d examples, got %d")
      :format(#values.train, #items)
  end
  return nil
end

--- A context for one call of a policy; errors point at the code `level` calls up.
function context.make(policy, works_on, level)
  local owner = ("policy '%s'"):format(policy.name)
  local values = settings.declare(owner, given):read(works_on, level + 1)
  local wrong = problem(values, policy)
  if wrong then error(owner .. wrong, level + 1) end
  local ctx = setmetatable({}, metatable)
  states[ctx] = { policy = policy, values = values }
  return ctx
end

-- Methods ---------------------------------------------------------------------------------------

local keep_options = settings.declare("ctx:keep", {
  weights = { type = "table", optional = true, "one for each that is kept" },
  reason = { "", "why the others go" },
})

--- A selection that keeps some training examples, with weights if given, and drops all others.
---@param kept integer[] positions
---@param options? { weights?: number[], reason?: string }
---@return nj.Selection
function Ctx:keep(kept, options)
  if type(kept) ~= "table" then
    error(("ctx:keep needs a list of positions to keep, got %s"):format(tostring(kept)), 2)
  end
  options = keep_options:read(options or {}, 2)
  if options.weights and #options.weights ~= #kept then
    error(("ctx:keep got %d weights for %d positions"):format(#options.weights, #kept), 2)
  end
  local is_kept, ids, weights = {}, {}, {}
  for place, position in ipairs(kept) do
    if math.type(position) ~= "integer" or position < 1 or position > #self.train then
      error(("ctx:keep got %s as a position; they are whole numbers from 1 to %d"):format(
        type(position) == "string" and ("%q"):format(position) or tostring(position),
        #self.train), 2)
    end
    if is_kept[position] then error(("ctx:keep got %d twice"):format(position), 2) end
    is_kept[position] = true
    local weight = options.weights and options.weights[place] or 1
    if weight ~= 1 then ids[#ids + 1], weights[#weights + 1] = position, weight end
  end
  for position = 1, #self.train do
    if not is_kept[position] then ids[#ids + 1], weights[#weights + 1] = position, 0 end
  end
  return nj.selection{ ids = ids, weights = weights, reason = options.reason }
end

--- The history of a training example; an error for sequences, which have none.
---@param position integer
---@return integer[]
function Ctx:history(position)
  if getmetatable(self.train) == "nj.Sequences" then
    error(("policy '%s' reads histories: give it examples, such as"
      .. " parts.train:windows{ length = 50 }, not sequences"):format(states[self].policy.name), 0)
  end
  return self.train:history(position)
end

--- 63 bits that depend on a seed and a name only (FNV-1a).
local function stream(seed, name)
  local hash = 0xCBF29CE484222325 ~ seed
  for place = 1, #name do hash = (hash ~ name:byte(place)) * 0x100000001B3 end
  return (hash ~ (hash >> 29)) & 0x1FFFFFFFFFFFFF
end

--- A list in random order, which depends on the context's seed and on a name: draws of one name
--- never change those of another.
---@param list any[]
---@param name string
---@return any[]
function Ctx:shuffled(list, name)
  if #list == 0 then return {} end
  local keys = nj.tensor.uniform{ shape = { #list }, seed = stream(self.seed, name) }
  local mixed = {}
  for place, from in ipairs(keys:argsort()) do mixed[place] = list[from] end
  return mixed
end

--- Some of the examples, or all when there are no more: those that are first in a random order.
---@param all nj.Examples|nj.Sequences
---@param count integer
---@param name string
---@return nj.Examples|nj.Sequences
function Ctx:sample(all, count, name)
  local positions = {}
  for position = 1, #all do positions[position] = position end
  positions = self:shuffled(positions, name)
  return all:subset(table.move(positions, 1, math.min(count, #positions), 1, {}))
end

--- Projected gradients of some examples at each checkpoint, added up: a row of `dimension` numbers
--- for each example, in the same directions for all calls of one seed.
---@param some nj.Examples|nj.Sequences
---@param dimension integer
---@return nj.Tensor
function Ctx:features(some, dimension)
  local files, sum = self.checkpoints or {}, nil
  if #files == 0 then error("ctx:features needs checkpoints", 2) end
  for _, file in ipairs(files) do
    local found = nj.influence.features(some, {
      checkpoint = file, dimension = dimension, seed = self.seed,
    })
    sum = sum and sum + found or found
  end
  return sum
end

--- Tells the user how far the policy is.
---@param done number
---@param total number
function Ctx:progress(done, total)
  nj.progress(done, total, { task = states[self].policy.name })
end

--- The positions of each user's training examples, by the user's number; those of nj.Examples are
--- in the order of the log, whatever their own.
---@return table<integer, integer[]>
function Ctx:positions_by_user()
  local positions = {}
  for position, user in ipairs(self.train.users) do
    positions[user] = positions[user] or {}
    table.insert(positions[user], position)
  end
  if getmetatable(self.train) == "nj.Examples" then
    local rows = self.train.rows
    local function is_earlier(a, b) return rows[a] < rows[b] end
    for _, own in pairs(positions) do table.sort(own, is_earlier) end
  end
  return positions
end

return context
