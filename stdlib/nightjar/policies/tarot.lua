--- Keeps the examples that together look most like the target, by optimal transport.
---
--- Features are projected gradients, summed over the checkpoints. Candidates and targets are
--- centred together, whitened and scaled to length 1; the distance of two is that of their ends.
---
--- mode = "size" takes each target's nearest candidate, then the second nearest, until the share
--- is full; the transport potentials say which of the last round. mode = "otm" finds the size, too:
--- folds of the targets are held out in turn, and for each as many neighbours of its targets, at
--- less than a right angle, are taken as bring the transport distance to the other folds down.
---
--- A high potential is far from the targets, so the low ones come first and weigh most; in the
--- authors' code, the high ones do. Weights are linear from 1 to repeats; weighting = "apportioned"
--- is the authors': potentials, and the highest once more per target, add up to the number of
--- candidates. Their code differs in these, too: it ends up with the gradients of the last
--- checkpoint alone, mode otm keeps the first neighbours that do not help and looks at up to 2,000,
--- there are 2,048 dimensions or more, and the ridge is 1e-5 for every variance, not a share of it.

local apportion = require "nightjar.apportion"
local whiten = require "nightjar.whiten"

--- Rows of length 1, centred and, if asked, whitened before.
local function prepared(rows, opt)
  rows = opt.whiten and whiten(rows, { ridge = opt.ridge }) or rows - rows:mean{ axis = 1 }
  local lengths = (rows * rows):sum{ axis = 2, keep = true }:sqrt()
  return rows / nj.tensor.where(lengths:gt(0), { yes = lengths, no = 1 })
end

--- Transport of equal candidates to equal targets.
local function transport(candidates, targets, opt)
  return nj.points.sinkhorn(nj.points.distances(candidates, targets),
    { epsilon = opt.epsilon, rounds = opt.rounds, tolerance = 1e-2 })
end

--- What candidates are worth: their potentials, or those mirrored where low ones are wanted.
---
--- Potentials are known but for a constant; here it makes the means of both sides equal. Rounds
--- may run out before they are exact: where features have modes, epsilon 1e-4 and 200 rounds give a
--- rank correlation of 0.9 to exact ones, 1e-2 gives 0.998. The authors' solver takes some ten.
local function worth(candidates, targets, opt)
  local found = transport(candidates, targets, opt)
  local f = found.f + (found.g:mean() - found.f:mean()) / 2
  return opt.potential == "high" and f or f:min() + f:max() - f
end

local function add(list, set, candidate)
  if not set[candidate] then list[#list + 1] = candidate end
  set[candidate] = true
end

--- The nearest candidates of every target, in rounds, without repetition, until there are `count`.
local function of_size(candidates, targets, count, opt)
  local chosen, taken, rank, near, known = {}, {}, 0, nil, 0
  while #chosen < count do
    rank = rank + 1
    if rank > known then
      known = math.min(#candidates, math.max(2 * known, 2 * count // #targets + 8))
      near = select(2, nj.points.neighbours(targets, candidates, { k = known }))
    end
    local round = {}
    for target = 1, #targets do add(round, taken, near[target][rank]) end
    if #chosen + #round > count then
      local order = worth(candidates:gather(round), targets, opt):argsort{ descending = true }
      for place = 1, count - #chosen do chosen[#chosen + 1] = round[order[place]] end
    else
      table.move(round, 1, #round, #chosen + 1, chosen)
    end
  end
  return chosen
end

--- Neighbours of held-out targets, fold by fold, as long as they bring the others nearer.
---
--- How near is the dual objective: where rounds run out, the cost of the plan is far too low.
local function of_best_size(ctx, candidates, targets, opt)
  local order, chosen, taken = {}, {}, {}
  for position = 1, #targets do order[position] = position end
  order = ctx:shuffled(order, "folds")
  local k, folds = math.min(opt.most, #candidates), math.min(opt.folds, #targets)
  local gaps, near = nj.points.neighbours(targets, candidates, { k = k })
  for fold = 1, folds do
    ctx:progress(fold - 1, folds)
    local held, others = {}, {}
    for place, position in ipairs(order) do
      table.insert(place % folds + 1 == fold and held or others, position)
    end
    if #others == 0 then others = held end
    local goal, best, set, is_in = targets:gather(others), math.huge, {}, {}
    for rank = 1, #near[1] do
      local before = #set
      for _, target in ipairs(held) do
        if gaps[target][rank] < math.sqrt(2) then add(set, is_in, near[target][rank]) end
      end
      if #set == before then break end
      local distance = transport(candidates:gather(set), goal, opt).dual
      if distance >= best then
        for place = #set, before + 1, -1 do set[place] = nil end
        break
      end
      best = distance
    end
    for _, candidate in ipairs(set) do add(chosen, taken, candidate) end
  end
  return chosen
end

--- Whole weights, more for what is worth more; nothing when all are 1.
local function repetitions(candidates, chosen, targets, opt)
  if #chosen == 0 or opt.weighting == "linear" and opt.repeats == 1 then return nil end
  local values = worth(candidates:gather(chosen), targets, opt)
  if opt.weighting == "apportioned" then
    local all = nj.tensor.concat{ values, nj.tensor.full({ #targets }, values:max()) }
    return table.move(apportion(all, #candidates), 1, #chosen, 1, {})
  end
  local low, high = values:min(), values:max()
  if high == low then return nil end
  return (1 + ((values - low) / (high - low) * (opt.repeats - 1)):round()):totable()
end

return nj.policy{
  name = "tarot", summary = "Keeps the examples that together look most like the target.",
  source = "L. Feng et al., 2024 (TAROT)",
  formula = "cost(z, t) = sqrt(2 - 2 cos(x_z, x_t)), x whitened projected gradients; Sinkhorn",
  utility = "distance of whitened gradients", mechanism = "neighbours of targets, then transport",
  objective = "match the distribution of the target",
  needs = { "target" },
  options = {
    mode = { "size", "a share of the examples, or as many as fit best", { "size", "otm" } },
    keep = { 0.1, "share of the examples to keep with mode size", min = 0, max = 1 },
    targets = { 1000, "most target examples, drawn by the seed", min = 1 },
    dimension = { 256, "numbers of a projected gradient", min = 1 },
    whiten = { true, "whether directions are scaled to equal variance" },
    ridge = { 1e-5, "added to each variance, as a share of it", min = 0 },
    epsilon = { 1e-4, "blur of the transport", min = 1e-6 },
    rounds = { 200, "most rounds of a transport", min = 1 },
    potential = { "low", "which potentials count most; high is the authors'", { "low", "high" } },
    folds = { 5, "folds of the targets with mode otm", min = 2 },
    most = { 20, "most neighbours of a target with mode otm", min = 1 },
    repeats = { 1, "largest of linear weights", min = 1 },
    weighting = { "linear", "how potentials become weights; apportioned ones may be 0",
      { "linear", "apportioned" } },
    features = { type = "table", optional = true,
      "matrices train and target made before, one row for each example" },
  },
  select = function(ctx, opt)
    local given = opt.features or {
      train = ctx:features(ctx.train, opt.dimension),
      target = ctx:features(ctx:sample(ctx.target, opt.targets, "targets"), opt.dimension),
    }
    local train, target = given.train, given.target
    if #train ~= #ctx.train or #target == 0 then
      error(("tarot got features of %d examples for %d, and of %d targets"):format(
        #train, #ctx.train, #target), 0)
    end
    local all = prepared(nj.tensor.concat{ train, target }, opt)
    local candidates, targets = all:rows(1, #train), all:rows(#train + 1, #all)
    local count = math.min(#train, math.floor(opt.keep * #train + 0.5))
    local chosen = opt.mode == "size" and of_size(candidates, targets, count, opt)
      or of_best_size(ctx, candidates, targets, opt)
    return ctx:keep(chosen, {
      weights = repetitions(candidates, chosen, targets, opt), reason = "unlike the target",
    })
  end,
}
