--- Keeps the examples that together look most like the target, by optimal transport.
---
--- Features are projected gradients, summed over the checkpoints (all of them; the authors' code
--- ends up with the last). Candidates and targets are centred together, whitened and scaled to
--- length 1, so that no long direction rules; the distance of two is that of their ends.
---
--- mode = "size" takes each target's nearest candidate, then the second nearest, until the share
--- is full; of the last round those with the lowest transport potential come first. mode = "otm"
--- finds the size, too: folds of the targets are held out in turn, and for each as many neighbours
--- of its targets are taken as bring the transport distance to the other folds down; what is kept
--- then gets whole weights up to repeats, more for a lower potential (a linear scale of ours).

--- Whitened rows of length 1: x L^-T with L L^T the covariance of all rows, plus a little.
local function prepared(all, whiten, ridge)
  local centred = all - all:mean{ axis = 1 }
  if whiten then
    local covariance = centred:transpose():matmul(centred) / #all
    local unit = nj.tensor.eye(covariance.shape[1])
    local variances = (covariance * unit):sum{ axis = 1 }
    local added = nj.tensor.where(variances:gt(0), { yes = variances * ridge, no = 1 })
    local l = nj.linalg.cholesky(covariance + unit * added)
    centred = nj.linalg.solve_triangular(l, centred:transpose()):transpose()
  end
  local lengths = (centred * centred):sum{ axis = 2, keep = true }:sqrt()
  return centred / nj.tensor.where(lengths:gt(0), { yes = lengths, no = 1 })
end

--- Projected gradients of some examples, summed over the checkpoints.
local function features(ctx, examples, opt)
  local sum
  for _, file in ipairs(ctx.checkpoints or error("tarot needs checkpoints, or features", 0)) do
    local found = nj.influence.features(examples, {
      checkpoint = file, dimension = opt.dimension, seed = ctx.seed,
    })
    sum = sum and sum + found or found
  end
  return sum
end

--- The target examples, or some of them drawn by the seed.
local function sampled(ctx, opt)
  local positions = {}
  for position = 1, #ctx.target do positions[position] = position end
  positions = ctx:shuffled(positions, "targets")
  return ctx.target:subset(table.move(positions, 1, math.min(opt.targets, #positions), 1, {}))
end

--- Transport of equal candidates to equal targets.
local function transport(candidates, targets, opt)
  return nj.points.sinkhorn(nj.points.distances(candidates, targets),
    { epsilon = opt.epsilon, rounds = 200, tolerance = 1e-2 })
end

--- Puts a candidate at the end of a list, unless it is in a set.
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
      local order = transport(candidates:gather(round), targets, opt).f:argsort()
      for place = 1, count - #chosen do chosen[#chosen + 1] = round[order[place]] end
    else
      table.move(round, 1, #round, #chosen + 1, chosen)
    end
  end
  return chosen
end

--- Neighbours of held-out targets, fold by fold, as long as they bring the others nearer.
local function of_best_size(ctx, candidates, targets, opt)
  local order, chosen, taken = {}, {}, {}
  for position = 1, #targets do order[position] = position end
  order = ctx:shuffled(order, "folds")
  local _, near = nj.points.neighbours(targets, candidates, { k = math.min(opt.most, #candidates) })
  local folds = math.min(opt.folds, #targets)
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
      for _, target in ipairs(held) do add(set, is_in, near[target][rank]) end
      local distance = transport(candidates:gather(set), goal, opt).cost
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

--- Whole weights from 1 to `repeats`, more for lower potentials.
local function repetitions(candidates, chosen, targets, opt)
  if opt.repeats == 1 then return nil end
  local potential = transport(candidates:gather(chosen), targets, opt).f
  local low, high = potential:min(), potential:max()
  local weights = {}
  for place, value in ipairs(potential:totable()) do
    local share = high > low and (high - value) / (high - low) or 0
    weights[place] = 1 + math.floor(share * (opt.repeats - 1) + 0.5)
  end
  return weights
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
    epsilon = { 1e-2, "blur of the transport", min = 1e-6 },
    folds = { 5, "folds of the targets with mode otm", min = 2 },
    most = { 20, "most neighbours of a target with mode otm", min = 1 },
    repeats = { 1, "largest weight with mode otm", min = 1 },
    features = { type = "table", optional = true,
      "matrices train and target made before, one row for each example" },
  },
  select = function(ctx, opt)
    local given = opt.features or {
      train = features(ctx, ctx.train, opt), target = features(ctx, sampled(ctx, opt), opt),
    }
    local train, target = given.train, given.target
    local all = prepared(nj.tensor.concat{ train, target }, opt.whiten, opt.ridge)
    local candidates, targets = all:rows(1, #train), all:rows(#train + 1, #all)
    if opt.mode == "size" then
      local count = math.min(#train, math.floor(opt.keep * #train + 0.5))
      return ctx:keep(of_size(candidates, targets, count, opt), { reason = "unlike the target" })
    end
    local chosen = of_best_size(ctx, candidates, targets, opt)
    return ctx:keep(chosen, {
      weights = repetitions(candidates, chosen, targets, opt), reason = "unlike the target",
    })
  end,
}
