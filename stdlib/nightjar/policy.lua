--- A filtering policy: which training examples to drop, keep or reweight, and why.
---
---     return nj.policy{
---       name = "gentle", summary = "Drops what most raises the target loss, if it is little.",
---       options = { count = { 500, "how many to drop", min = 0 } },
---       select = function(ctx, opt) return ctx.influence:total(ctx.target):lowest(opt.count) end,
---     }
---
--- A policy has `select`, which gives an nj.Selection or a list of positions to drop, or `score`,
--- which gives a number for every training example, higher for those to drop first; then the
--- options count and share say how many go. Call it with what it works on and its options:
---
---     harmful = nj.policies.opponents{ train = train, valid = parts.valid, run = run, count = 9 }
---
--- README.md in the folder of the policies, nightjar/policies, tells how to write one; what ctx has
--- is under nj.policy_context.
---
--- Test examples are out of reach: reading ctx.test is an error unless the policy says
--- uses_test = true, and whatever was chosen with test examples says so in its reason.

local context = require "nightjar.policy_context"
local settings = require "nightjar.settings"

---@class nj.Policy
---@field name string
---@field summary string
---@field source? string where it was published
---@field formula? string
---@field utility? string what makes an example good or bad
---@field mechanism? string how the choice follows from it
---@field objective? string what the choice as a whole is to be like
---@field needs? string[] what a call must give beside train, such as checkpoints
---@field uses_test? boolean
---@field options? table<string, any> as in nightjar.settings
---@field reason? string why what it drops is dropped
---@field select? fun(ctx: nj.PolicyContext, opt: table): nj.Selection|integer[], table?
---@field score? fun(ctx: nj.PolicyContext, opt: table): number[]|nj.Tensor
local Policy = {}

local fields = settings.declare("nj.policy", {
  name = { type = "string", "a word, as its file is called" },
  summary = { type = "string", "one sentence on what it does" },
  source = { type = "string", optional = true, "where it was published" },
  formula = { type = "string", optional = true, "what is computed" },
  utility = { type = "string", optional = true, "what makes an example good or bad" },
  mechanism = { type = "string", optional = true, "how the choice follows from it" },
  objective = { type = "string", optional = true, "what the choice as a whole is to be like" },
  options = { {}, "its settings, each { default, \"what it is\" }" },
  needs = { {}, "what a call must give beside train" },
  uses_test = { false, "whether it may read test examples" },
  reason = { type = "string", optional = true, "why what it drops is dropped" },
  select = { type = "function", optional = true, "chooses: (ctx, opt) to a selection" },
  score = { type = "function", optional = true, "scores: (ctx, opt) to one number an example" },
})

local how_many = {
  count = { 0, "how many to drop; 0 for a share of them", min = 0 },
  share = { 0.02, "share of the examples to drop when count is 0", min = 0, max = 1 },
}

--- The policy's own options, and count and share where it only scores.
local function all_options(policy)
  local options = {}
  if not policy.select then
    for name, field in pairs(how_many) do options[name] = field end
  end
  for name, field in pairs(policy.options) do
    if context.fields[name] then
      error(("policy '%s': '%s' is what a policy works on; call the option something else")
        :format(policy.name, name), 4)
    end
    options[name] = field
  end
  return settings.declare(("policy '%s'"):format(policy.name), options)
end

--- What a call gave, as a context and as options.
local function prepare(policy, given, level)
  local works_on, options = {}, {}
  for name, value in pairs(given or {}) do
    if context.fields[name] then works_on[name] = value else options[name] = value end
  end
  local declared = rawget(policy, "declared")
  -- Fields of the context are suggestions, too: chekpoints is no option but near one.
  for name in pairs(options) do
    local near = not declared.by_name[name] and nj.closest(tostring(name), context.names)
    if near then
      error(("unknown option '%s' to policy '%s' (did you mean '%s'?)")
        :format(tostring(name), policy.name, near), level + 1)
    end
  end
  local opt = declared:read(options, level + 1)
  return context.make(policy, works_on, level + 1), opt
end

--- Scores as a tensor, one for each example.
local function checked_scores(policy, ctx, found)
  if type(found) == "table" then found = nj.tensor(found) end
  if getmetatable(found) == "nj.InfluenceScores" then found = found:tensor() end
  if getmetatable(found) ~= "nj.Tensor" or #found.shape ~= 1 or #found ~= #ctx.train then
    error(("policy '%s' must score each of %d examples; its score gave %s")
      :format(policy.name, #ctx.train, tostring(found)), 0)
  end
  local unknown = #found - found:eq(found):sum()
  if unknown > 0 then
    error(("policy '%s' gave %d of %d examples a score that is not a number")
      :format(policy.name, unknown, #found), 0)
  end
  return found
end

--- What select gave, as a selection of training examples.
local function checked_selection(policy, ctx, found)
  if type(found) == "table" and getmetatable(found) == nil then
    for key in pairs(found) do
      if math.type(key) ~= "integer" or key < 1 or key > #found then
        error(("policy '%s' must give a selection or a list of positions to drop; its select gave a"
          .. " table with the key '%s'"):format(policy.name, tostring(key)), 0)
      end
    end
    found = nj.selection{ drop = found, reason = policy.reason or policy.name }
  elseif getmetatable(found) ~= "nj.Selection" then
    error(("policy '%s' must give a selection or a list of positions; its select gave %s")
      :format(policy.name, tostring(found)), 0)
  end
  if found.of ~= "examples" then
    error(("policy '%s' must choose training examples, and chose %s"):format(
      policy.name, found.of), 0)
  end
  for _, position in ipairs(found.ids) do
    if position > #ctx.train then
      error(("policy '%s' chose example %d of %d"):format(policy.name, position, #ctx.train), 0)
    end
  end
  return found
end

--- The positions of the highest scores, as a selection that says how high they were.
local function highest(policy, scores, opt)
  local count = opt.count
  if count == 0 then count = math.floor(opt.share * #scores + 0.5) end
  count = math.min(count, #scores)
  if count == 0 then return nj.selection{ drop = {}, reason = policy.reason or policy.name } end
  local values, drop = scores:topk(count)
  local reasons = {}
  for place, value in ipairs(values:totable()) do
    reasons[place] = ("%s %.4g"):format(policy.name, value)
  end
  return nj.selection{ drop = drop, reason = policy.reason or policy.name, reasons = reasons }
end

--- The same selection with words behind its reason.
local function remarked(selection, words)
  local reason = selection.reason == "" and words or selection.reason .. "; " .. words
  return nj.selection{
    ids = selection.ids, weights = selection.weights, of = selection.of, reason = reason,
    reasons = selection.reasons,
  }
end

---@param given table what it works on (train, valid, checkpoints, …) and its options
---@return nj.Selection
---@return nj.Tensor? # one score for each example, higher for those to drop first, if it has them
function Policy:__call(given)
  local ctx, opt = prepare(self, given, 2)
  local found, scores
  -- An error leaves the context entered; the next choice then only marks one that nobody reads.
  local outer = context.enter(ctx)
  if self.select then
    found, scores = self.select(ctx, opt)
    found = checked_selection(self, ctx, found)
    if scores then scores = checked_scores(self, ctx, scores) end
  else
    scores = checked_scores(self, ctx, self.score(ctx, opt))
    found = highest(self, scores, opt)
  end
  context.leave(ctx, outer)
  if context.saw_test(ctx) then
    found = remarked(found, "chosen with TEST data")
    context.mark_leaky(found)
  end
  return found, scores
end

function Policy:__tostring() return ("Policy %s: %s"):format(self.name, self.summary) end

local sections = {
  { "utility", "utility    " }, { "mechanism", "mechanism  " }, { "objective", "objective  " },
  { "formula", "formula    " }, { "source", "source     " },
}

--- Everything that was declared of a policy, as ? shows it.
local function help(policy)
  local lines = { ("nj.policies.%s"):format(policy.name), policy.summary, "" }
  for _, section in ipairs(sections) do
    local text = policy[section[1]]
    if text then lines[#lines + 1] = section[2] .. text end
  end
  lines[#lines + 1] = "needs      " .. table.concat({ "train", table.unpack(policy.needs) }, ", ")
  local options = policy.declared:help()
  if options ~= "" then
    lines[#lines + 1] = ""
    lines[#lines + 1] = options
  end
  return table.concat(lines, "\n")
end

---@param definition table
---@return nj.Policy
return function(definition)
  if type(definition) ~= "table" then
    error("nj.policy takes one table: name, summary, options, and select or score", 2)
  end
  local policy = fields:read(definition, 2)
  if (policy.select == nil) == (policy.score == nil) then
    error(("policy '%s' must have either select or score"):format(policy.name), 2)
  end
  for _, need in ipairs(policy.needs) do
    if not context.fields[need] then
      local near = nj.closest(tostring(need), context.names)
      error(("policy '%s' needs '%s', which no context has%s; there are %s"):format(policy.name,
        tostring(need), near and (" (did you mean '%s'?)"):format(near) or "",
        table.concat(context.names, ", ")), 2)
    end
  end
  policy.declared = all_options(policy)
  local metatable = { __name = "nj.Policy", __call = Policy.__call, __tostring = Policy.__tostring }
  metatable.__help = help(policy)
  return setmetatable(policy, metatable)
end
