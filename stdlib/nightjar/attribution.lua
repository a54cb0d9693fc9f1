--- Judges of attribution: what follows when the examples that it names are removed or kept, whether
--- it says the same of another training, and whether it finds copies.
---
---     local attribution = require "nightjar.attribution"
---     local curve = attribution.removal{
---       scores = { tracin = att:total(valid) }, counts = { 100, 500 },
---       retrain = { model = make, train = train, targets = test, epochs = 10 },
---     }
---
--- Scores are nj.InfluenceScores or tensors with one number for each training example; as
--- everywhere, a score above 0 says that the example helped. The linear datamodelling score and the
--- leave-one-out correlation are nj.influence.lds; nj.stats.detection judges the search for planted
--- faults.

local attribution = {}

--- Refuses options that nobody reads.
local function check(options, known, name)
  for option in pairs(options) do
    if not known[option] then
      local names = {}
      for other in pairs(known) do names[#names + 1] = other end
      table.sort(names)
      error(("unknown option '%s' to '%s'; there are %s"):format(
        tostring(option), name, table.concat(names, ", ")), 3)
    end
  end
end

--- Scores as a tensor.
local function tensor(scores)
  return getmetatable(scores) == "nj.InfluenceScores" and scores:tensor() or scores
end

--- Scores of a method as a tensor with a number for each training example.
local function checked_scores(scores, method, train, level)
  local found = tensor(scores)
  if getmetatable(found) ~= "nj.Tensor" or #found.shape ~= 1 or #found ~= #train then
    error(("scores of '%s' must be one number for each of %d training examples, got %s"):format(
      method, #train, tostring(found)), level + 1)
  end
  if found:eq(found):sum() < #found then
    error(("scores of '%s' hold what is not a number"):format(method), level + 1)
  end
  return found
end

local function sorted_keys(map)
  local keys = {}
  for key in pairs(map) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

---@class nj.RemovalOptions
---@field scores table<string, nj.InfluenceScores|nj.Tensor> scores by the name of their method
---@field counts integer[] how many examples to remove
---@field draws? integer random removals of each count, 2 or more, 5 when left out
---@field seed? integer seed of these, 1 when left out
---@field keep? boolean keep the named examples and remove all others
---@field retrain table options of nj.retrain but for the subsets

---@class nj.Removal
---@field rows nj.RemovalRow[] for each count: at random, then each method helpful and harmful
---@field whole table<string, number> mean figures after training on all examples
---@field runs nj.Retraining all trainings, the one on all examples first

---@class nj.RemovalRow
---@field method string name of the scores, or "random"
---@field arm "helpful"|"harmful"|"random"
---@field count integer how many examples were removed, or kept
---@field figures table<string, nj.RemovalFigure> loss and metrics by name

---@class nj.RemovalFigure
---@field mean number mean over the targets and seeds, and over random draws
---@field difference? number mean less that of as many random examples removed; not of random ones
---@field interval? number[] its 95 % interval, as of nj.stats.controlled
---@field p? number two-sided p-value of the arm being one more random removal
---@field values number[] the value of each target

--- Trains without the most helpful, the most harmful and as many random examples.
---
--- All methods share the random draws, and all trainings of one call run side by side. With
--- `keep = true` the named examples are kept and all others removed (retention).
---@param options nj.RemovalOptions
---@return nj.Removal
function attribution.removal(options)
  check(options, { scores = 1, counts = 1, draws = 1, seed = 1, keep = 1, retrain = 1 }, "removal")
  for _, name in ipairs{ "scores", "counts", "retrain" } do
    if type(options[name]) ~= "table" then
      error(("removal needs '%s'; its value is %s"):format(name, tostring(options[name])), 2)
    end
  end
  local train, targets = options.retrain.train, options.retrain.targets
  local draws, seed = options.draws or 5, options.seed or 1
  if draws < 2 then error("removal needs 2 draws or more, to tell how random ones differ", 2) end
  local scores_of = {}
  for method, scores in pairs(options.scores) do
    scores_of[method] = checked_scores(scores, method, train, 2)
  end
  local rows, chosen = {}, { {} } -- the first subset leaves nothing out
  local function add(method, arm, count, positions)
    rows[#rows + 1] = { method = method, arm = arm, count = count }
    chosen[#chosen + 1] = positions
  end
  for _, count in ipairs(options.counts) do
    if count < 1 or count >= #train then
      error(("cannot remove %d of %d training examples; give counts from 1 to %d"):format(
        count, #train, #train - 1), 2)
    end
    for draw = 1, draws do
      add("random", "random", count, train:sample(count, { seed = seed + draw - 1 }))
    end
    for _, method in ipairs(sorted_keys(scores_of)) do
      local scores = scores_of[method]
      for _, arm in ipairs{ "helpful", "harmful" } do
        local order = scores:argsort{ descending = arm == "helpful" }
        add(method, arm, count, table.move(order, 1, count, 1, {}))
      end
    end
  end

  local subsets = nj.subsets.without(train, { {} })
  local named = table.move(chosen, 2, #chosen, 1, {})
  subsets = subsets .. nj.subsets[options.keep and "only" or "without"](train, named)
  local all = { subsets = subsets }
  for name, value in pairs(options.retrain) do all[name] = value end
  local runs = nj.retrain(all)

  local result = { rows = {}, whole = {}, runs = runs }
  for place, row in ipairs(rows) do
    row.figures = {}
    if row.arm ~= "random" or not rows[place - 1] or rows[place - 1].count ~= row.count then
      result.rows[#result.rows + 1] = row
    end
  end
  for _, name in ipairs(runs.names) do
    local values = runs:values(name)
    result.whole[name:lower()] = values[1]:mean()
    local controls, sums = {}, {} -- by count
    for place, row in ipairs(rows) do
      if row.arm == "random" then
        local value, count = values[place + 1], row.count
        controls[count] = controls[count] or {}
        table.insert(controls[count], value:totable())
        sums[count] = sums[count] and sums[count] + value or value
      end
    end
    for place, row in ipairs(rows) do
      local value = row.arm == "random" and sums[row.count] / draws or values[place + 1]
      local figure = { mean = value:mean(), values = value:totable() }
      if row.arm ~= "random" then
        local found = nj.stats.controlled(
          figure.values, controls[row.count], { clusters = targets.users })
        figure.difference, figure.interval, figure.p = found.difference, found.interval, found.p
      end
      row.figures[name:lower()] = figure
    end
  end
  return result
end

--- Mean Spearman correlation of the scores of all pairs of trainings, from another seed each.
---@param scores any[] scores of the same training examples
---@return number
function attribution.stability(scores)
  if #scores < 2 then error("stability needs the scores of two trainings or more", 2) end
  local sum, count = 0, 0
  for one = 1, #scores do
    for other = one + 1, #scores do
      sum = sum + nj.stats.spearman(tensor(scores[one]), tensor(scores[other]))
      count = count + 1
    end
  end
  return sum / count
end

--- The highest linear datamodelling score that the noise of training leaves to any method.
---
--- sqrt(n r / (1 + (n - 1) r)) for n seeds: r is Spearman's correlation, over subsets, between the
--- losses of two seeds, the mean over their pairs and targets, from which Spearman's and Brown's
--- formula makes the reliability of the mean over seeds; its root is the correlation with losses
--- free of noise. Nothing with a single seed. Sources: C. Spearman, American Journal of Psychology
--- 15, 1904; British Journal of Psychology 3, 1910.
---@param runs nj.Retraining
---@return number? ceiling, number? agreement the mean correlation of two seeds
function attribution.ceiling(runs)
  local n = #runs.seeds
  if n < 2 then return nil end
  local losses = {} -- by seed, then target, then subset
  for place, seed in ipairs(runs.seeds) do
    losses[place] = runs:values("loss", { seed = seed }):transpose()
  end
  local sum, count = 0, 0
  for one = 1, n do
    for other = one + 1, n do
      for target = 1, #runs.targets do
        local rho = nj.stats.spearman(losses[one][target], losses[other][target])
        if rho == rho then sum, count = sum + rho, count + 1 end
      end
    end
  end
  local agreement = sum / count
  local reliability = n * agreement / (1 + (n - 1) * agreement)
  return math.sqrt(math.max(0, reliability)), agreement
end

--- Examples that ask the same after the same history, as pairs of positions.
---@param examples nj.Examples
---@return integer[][]
function attribution.twins(examples)
  local first, pairs_found = {}, {}
  local targets = examples.targets
  for position = 1, #examples do
    local history = examples:history(position)
    if #history > 0 then
      local key = table.concat(history, " ") .. ">" .. targets[position]
      if first[key] then
        pairs_found[#pairs_found + 1] = { first[key], position }
      else
        first[key] = position
      end
    end
  end
  return pairs_found
end

--- The share of pairs of twins in which one is among the `k` highest scores of the other.
---
--- An example does not count as its own proponent; of equal scores the expected share is among the
--- highest, so a method that tells nothing apart finds nothing.
---@param score_of fun(targets: nj.Examples): nj.Tensor train x targets
---@param train nj.Examples
---@param twins integer[][] pairs of positions in train
---@param k? integer 10 when left out
---@return number
function attribution.twin_hits(score_of, train, twins, k)
  k = k or 10
  local asked = {}
  for place, pair in ipairs(twins) do asked[place] = pair[2] end
  local scores = score_of(train:subset(asked)):transpose()
  local hits = 0
  for place, pair in ipairs(twins) do
    local row = scores[place]
    local own, score = row[pair[2]], row[pair[1]]
    local above = row:gt(score):sum() - (own > score and 1 or 0)
    local equal = row:eq(score):sum() - (own == score and 1 or 0)
    hits = hits + math.max(0, math.min(1, (k - above) / equal))
  end
  return hits / #twins
end

--- A figure with its interval as text: in brackets where the interval is not wholly on the better
--- side of what chance gives, or not known, and with a < behind them where it is on the other side.
---@param value number
---@param interval number[] its ends; NaN where they are not known
---@param chance number what chance gives
---@param better integer 1 where more is better, -1 where less is
---@return string
function attribution.figure(value, interval, chance, better)
  local low, high = interval[1], interval[2]
  if low ~= low then return ("(%.3f)"):format(value) end
  local text = ("%.3f [%.3f, %.3f]"):format(value, low, high)
  if better < 0 then low, high, chance = -high, -low, -chance end
  if low > chance then return text end
  return "(" .. text .. ")" .. (high < chance and "<" or "")
end

return attribution
