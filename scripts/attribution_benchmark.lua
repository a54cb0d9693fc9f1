--- Which attribution method is right? All in one table, judged by retraining and planted faults.
---
---   scripts/nightjar run scripts/attribution_benchmark.lua
---   scripts/nightjar run scripts/attribution_benchmark.lua --methods tracin,random --json out.json
---
--- Every method scores the training examples of one trained LSTM; then models are trained anew on
--- random halves of the data, without single examples, and without those that a method named. The
--- linear datamodelling score (LDS) says how well summed scores predict the order of the losses.
--- With the simulated data set the planted mis-clicks, junk users and copied users are known, and
--- finding them is judged too. Retrainings are kept in --cache: a stopped run goes on from there.

local attribution = require "nightjar.attribution"

local opt = nj.options{
  data = "simulated",
  methods = { "", "names from the table, with commas between; all when left out" },
  seed = 1,
  seeds = { 0, "trainings of each subset, from --seed on; 0 for 3, or 1 with --quick" },
  epochs = { 0, "passes over the training examples; 0 for 10, or 4 with --quick" },
  subsets = { 0, "random halves to retrain on; 0 for 64, or 16 with --quick" },
  loo = { 0, "examples to leave out one by one; 0 for 48, or 8 with --quick" },
  targets = { 100, "test examples whose losses are predicted" },
  remove = { 5, "per cent of the training examples to remove" },
  users = { 500, "users of the simulated data set" },
  curves = { "", "beginning of the names of pictures of removal and retention curves, if wanted" },
  k = { 10, "a copied example must be among so many highest scores" },
  runs = { "runs/attribution", "folder for checkpoints, overwritten" },
  cache = { "runs/attribution/retrained", "folder for finished retrainings" },
  quick = false,
  json = "",
}

local n_seeds = opt.seeds > 0 and opt.seeds or (opt.quick and 1 or 3)
local epochs = opt.epochs > 0 and opt.epochs or (opt.quick and 4 or 10)
local n_subsets = opt.subsets > 0 and opt.subsets or (opt.quick and 16 or 64)
local n_left_out = opt.loo > 0 and opt.loo or (opt.quick and 8 or 48)
local draws = opt.quick and 5 or 10
if opt.quick then
  print(("quick: %d epochs, %d seed(s), %d subsets, %d left out, %d random removals; "
    .. "data, split, metrics and baselines are whole")
    :format(epochs, n_seeds, n_subsets, n_left_out, draws))
end

-- Data ------------------------------------------------------------------------------------------

local log = opt.data == "simulated" and nj.data.simulate{ users = opt.users }
  or nj.data.open(opt.data)
local planted = log:planted()
print(log)
local parts = log:split{ by = "time", valid = 0.1, test = 0.1 }
print(parts)
local window = planted and 20 or 50
local train = parts.train:windows{ length = window }
local valid = parts.valid:windows{ length = window }
local test = parts.test:windows{ length = window }
local targets = test:subset(test:sample(math.min(opt.targets, #test), { seed = opt.seed }))
local remove = math.max(1, #train * opt.remove // 100)
print(("train %d  valid %d  test %d, of which %d are targets; window %d + 1"):format(
  #train, #valid, #test, #targets, window - 1))

-- Models -----------------------------------------------------------------------------------------

local size = planted and { dim = 16, hidden = 32 } or { dim = 32, hidden = 64 }
local recipe = { epochs = epochs, batch = 128, lr = planted and 4e-3 or 2e-3 }

local function make(seed)
  return nj.models.lstm{
    items = log.n_items, dim = size.dim, hidden = size.hidden, seed = seed }
end

local function with(options, more)
  local all = {}
  for name, value in pairs(options) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

--- Three moments spread over the training, the last one its end.
local moments, seen = {}, {}
for third = 1, 3 do
  local epoch = math.max(1, epochs * third // 3)
  if not seen[epoch] then moments[#moments + 1] = epoch end
  seen[epoch] = true
end

--- The trained model of a seed with its checkpoints.
local function fitted(seed)
  local net = make(seed)
  local run = nj.fit(net, train, with(recipe, {
    seed = seed,
    checkpoint = {
      dir = ("%s/%s-seed%d"):format(opt.runs, log.name, seed), epochs = moments, overwrite = true,
    },
  }))
  return {
    seed = seed, net = net, checkpoints = run.checkpoints,
    last = run.checkpoints[#run.checkpoints],
  }
end

-- Methods ---------------------------------------------------------------------------------------

--- A method of nj.influence, at the checkpoints along the training or at its end alone.
local function of_gradients(name, moments_of, options)
  return function(trained)
    local source = with(moments_of(trained), { train = train })
    local att = nj.influence[name](with(source, options or {}))
    return {
      scores = function(asked) return att:scores(asked):tensor() end,
      total = function(asked) return att:total(asked):tensor() end,
    }
  end
end

local function along(trained) return { checkpoints = trained.checkpoints } end
local function last_alone(trained) return { checkpoints = { trained.last } } end
local function at_end(trained) return { checkpoint = trained.last } end

--- A baseline with one score for each training example, whatever is asked.
local function constant(scores_of)
  return function(trained)
    local scores = scores_of(trained)
    local column = scores:reshape{ #train, 1 }
    return {
      scores = function(asked) return column:matmul(nj.tensor.full({ 1, #asked }, 1)) end,
      total = function() return scores end,
    }
  end
end

--- Rows of the table, each a name and what prepares it from a trained model.
local methods = {
  { "tracin", of_gradients("tracin", along) },
  { "tracin_last", of_gradients("tracin", along, { parameters = "last_layer" }) },
  { "projected", of_gradients("projected", along) },
  { "projected_cos", of_gradients("projected", last_alone, { similarity = "cosine" }) },
  { "adam_tracin", of_gradients("adam_tracin", along) },
  { "grad_dot", of_gradients("grad_dot", at_end) },
  { "grad_cos", of_gradients("grad_cos", at_end) },
  { "trak", of_gradients("trak", last_alone) },
  { "kfac", of_gradients("kfac", at_end) },
  { "ekfac", of_gradients("ekfac", at_end) },
  -- A solve for each target: the last layer, and few examples to know its curvature by; the two
  -- rows before them say what the layer alone does.
  { "grad_dot_last", of_gradients("grad_dot", at_end, { parameters = "last_layer" }) },
  { "ekfac_last", of_gradients("ekfac", at_end, { parameters = "last_layer" }) },
  { "cg", of_gradients("cg", at_end, {
    parameters = "last_layer", curvature = "gauss_newton", examples = 256, iterations = 20 }) },
  { "lissa", of_gradients("lissa", at_end, {
    parameters = "last_layer", curvature = "gauss_newton", examples = 256, depth = 100 }) },
  { "representer", of_gradients("representer", at_end) },
  { "neighbours", of_gradients("neighbours", at_end) },
  -- What looks wrong of itself is taken for harmful.
  { "self_influence", constant(function(trained)
    return nj.influence.tracin{ checkpoints = trained.checkpoints, train = train }
      :self():tensor() * -1
  end) },
  { "loss", constant(function(trained) return nj.losses(trained.net, train) * -1 end) },
  { "cooccurrence", constant(function()
    local _, unlike = nj.policies.cooccurrence{ train = train }
    return unlike * -1
  end) },
  { "popularity", constant(function()
    local items, counts, scores = train.targets, {}, {}
    for _, item in ipairs(items) do counts[item] = (counts[item] or 0) + 1 end
    for place, item in ipairs(items) do scores[place] = counts[item] end
    return nj.tensor(scores)
  end) },
  { "random", function(trained)
    return {
      scores = function(asked) return nj.tensor.normal{ #train, #asked, seed = trained.seed } end,
      total = function() return nj.tensor.normal{ #train, seed = trained.seed } end,
    }
  end },
}

if opt.methods ~= "" then
  local wanted, known = {}, {}
  for name in opt.methods:gmatch("[^,]+") do wanted[name] = true end
  local chosen = {}
  for _, method in ipairs(methods) do
    known[#known + 1] = method[1]
    if wanted[method[1]] then chosen[#chosen + 1] = method end
    wanted[method[1]] = nil
  end
  local unknown = next(wanted)
  if unknown then
    error(("there is no method '%s'; the methods are %s"):format(
      unknown, table.concat(known, ", ")), 0)
  end
  methods = chosen
end

-- Training and scoring ---------------------------------------------------------------------------

local metric = "mrr"
local model = fitted(opt.seed)
-- A second training tells how far scores depend on the seed.
local second = fitted(opt.seed + n_seeds)
local report = nj.evaluate(model.net, test, { metric, split = parts.protocol })
print(report)
local floor = nj.evaluate(nj.models.popularity(train), test, { metric, resamples = 0 }):mean(metric)
print(("popularity scores %s %.4f on the same examples"):format(metric, floor))

--- Seconds and the most memory in MiB, beyond what was there before, that a call takes.
local function measured(body)
  local function status(name)
    local file <close> = io.open("/proc/self/status")
    return file and tonumber(file:read("a"):match(name .. ":%s*(%d+)")) or 0
  end
  collectgarbage()
  local before = status("VmRSS")
  local reset <close> = io.open("/proc/self/clear_refs", "w") -- the peak begins anew
  if reset then reset:write("5") reset:flush() end
  local start = nj.clock()
  body()
  return nj.clock() - start, math.max(0, status("VmHWM") - before) / 1024
end

print("")
local rows, scores, totals = {}, {}, {}
for _, method in ipairs(methods) do
  local name, prepare = table.unpack(method)
  print("scoring with " .. name)
  local row = { method = name }
  local scorer
  row.seconds, row.mib = measured(function()
    scorer = prepare(model)
    scores[name] = scorer.scores(targets)
    totals[name] = scorer.total(valid)
  end)
  row.scorer = scorer
  row.stability = attribution.stability{ totals[name], prepare(second).total(valid) }
  rows[#rows + 1] = row
end

-- Retraining ------------------------------------------------------------------------------------

local seeds = {}
for index = 1, n_seeds do seeds[index] = opt.seed + index - 1 end
local retrain = with(recipe, {
  model = make, train = train, targets = targets, seeds = seeds, cache = opt.cache })

local halves = nj.subsets.random(train, { count = n_subsets, share = 0.5, seed = opt.seed })
print(("\nretraining on %d random halves, %d seed(s)"):format(n_subsets, n_seeds))
local of_halves = nj.retrain(with(retrain, { subsets = halves }))

local alone = {}
for place, position in ipairs(train:sample(n_left_out, { seed = opt.seed })) do
  alone[place] = { position }
end
print(("retraining without each of %d examples"):format(n_left_out))
local of_single = nj.retrain(with(retrain, { subsets = nj.subsets.without(train, alone) }))

print(("retraining without %d examples that were chosen on validation"):format(remove))
local removal = attribution.removal{
  scores = totals, counts = { remove }, draws = draws, seed = opt.seed,
  retrain = with(retrain, { targets = test, metrics = { metric } }),
}
local effect = {} -- by method and arm
for _, found in ipairs(removal.rows) do effect[found.method .. " " .. found.arm] = found.figures end

--- Mean losses without, or with nothing but, growing shares of the training examples.
local function curves()
  local shares, counts, points = { 1, 5, 20, 50 }, {}, {}
  for place, share in ipairs(shares) do counts[place] = math.max(1, #train * share // 100) end
  for _, kind in ipairs{ "removal", "retention" } do
    print(("retraining for curves: %s of 1 to 50 %% of the examples"):format(kind))
    local found = attribution.removal{
      scores = totals, counts = counts, draws = draws, seed = opt.seed, keep = kind == "retention",
      retrain = with(retrain, { targets = test, metrics = { metric } }),
    }
    local lines = {} -- by arm and method
    for _, row in ipairs(found.rows) do
      local key = row.arm .. " " .. row.method
      lines[key] = lines[key] or { name = row.method, x = {}, y = {} }
      table.insert(lines[key].x, 100 * row.count / #train)
      table.insert(lines[key].y, row.figures.loss.mean)
      points[#points + 1] = {
        kind = kind, method = row.method, arm = row.arm, count = row.count,
        loss = row.figures.loss.mean, [metric] = row.figures[metric].mean,
      }
    end
    for _, arm in ipairs{ "helpful", "harmful" } do
      local drawn = { lines["random random"] }
      drawn[1].name = ("at random, %d draws"):format(draws)
      for _, row in ipairs(rows) do drawn[#drawn + 1] = lines[arm .. " " .. row.method] end
      local file = ("%s-%s-%s.svg"):format(opt.curves, kind, arm)
      nj.plot.lines(file, drawn, {
        title = ("%s of the most %s examples"):format(kind, arm),
        x = "% of the training examples", y = "mean test loss",
      })
      print("picture written to " .. file)
    end
  end
  return points
end
local curve_points = opt.curves ~= "" and curves() or nil

for _, row in ipairs(rows) do
  local options = { clusters = targets.users, resamples = 1000 }
  row.lds = nj.influence.lds(scores[row.method], of_halves, options)
  row.loo = nj.influence.lds(scores[row.method], of_single, options)
  row.helpful, row.harmful = effect[row.method .. " helpful"], effect[row.method .. " harmful"]
end
local ceiling, agreement = attribution.ceiling(of_halves)

-- The planted truth -----------------------------------------------------------------------------

if planted then
  local slips, junk_of, users, junk = {}, {}, {}, {}
  local owners = train.users
  for place, row in ipairs(train.rows) do
    slips[place] = planted.misclicks[row]
    junk_of[owners[place]] = planted.junk[row]
  end
  for user in pairs(junk_of) do users[#users + 1] = user end
  table.sort(users)
  for place, user in ipairs(users) do junk[place] = junk_of[user] end
  local twins = attribution.twins(train)
  for _, row in ipairs(rows) do
    local suspicion, sums, counts = totals[row.method]:totable(), {}, {}
    for place, value in ipairs(suspicion) do
      suspicion[place] = -value
      local user = owners[place]
      sums[user], counts[user] = (sums[user] or 0) - value, (counts[user] or 0) + 1
    end
    local means = {}
    for place, user in ipairs(users) do means[place] = sums[user] / counts[user] end
    row.misclicks = nj.stats.detection(suspicion, slips)
    row.junk = nj.stats.detection(means, junk)
    local some = table.move(twins, 1, math.min(#twins, 50), 1, {})
    row.twins = attribution.twin_hits(row.scorer.scores, train, some, opt.k)
  end
end

-- The table -------------------------------------------------------------------------------------

local figure = attribution.figure

local columns = {
  { "LDS", 26, function(row) return figure(row.lds.mean, row.lds.interval, 0, 1) end },
  { "leave-one-out", 26, function(row) return figure(row.loo.mean, row.loo.interval, 0, 1) end },
  { "loss without helpful", 26, function(row)
    local found = row.helpful.loss
    return figure(found.difference, found.interval, 0, 1)
  end },
  { "loss without harmful", 26, function(row)
    local found = row.harmful.loss
    return figure(found.difference, found.interval, 0, -1)
  end },
}
if planted then
  columns[#columns + 1] = { "mis-click AUC", 23, function(row)
    return figure(row.misclicks.auc, row.misclicks.interval, 0.5, 1)
  end }
  columns[#columns + 1] = { "found", 5, function(row)
    return ("%.2f"):format(row.misclicks.precision)
  end }
  columns[#columns + 1] = { "junk-user AUC", 23, function(row)
    return figure(row.junk.auc, row.junk.interval, 0.5, 1)
  end }
  columns[#columns + 1] = { "found", 5, function(row)
    return ("%.2f"):format(row.junk.precision)
  end }
  columns[#columns + 1] = { ("copies@%d"):format(opt.k), 9, function(row)
    return ("%.3f"):format(row.twins)
  end }
end
columns[#columns + 1] = { "seeds", 6, function(row) return ("%.3f"):format(row.stability) end }
columns[#columns + 1] = { "s", 7, function(row) return ("%.1f"):format(row.seconds) end }
columns[#columns + 1] = { "MiB", 6, function(row) return ("%.0f"):format(row.mib) end }

local function line(first, cell)
  local cells = { ("%-15s"):format(first) }
  for place, column in ipairs(columns) do
    cells[place + 1] = ("%" .. column[2] .. "s"):format(cell(column))
  end
  print(table.concat(cells, "  "))
end

print("")
line("method", function(column) return column[1] end)
for _, row in ipairs(rows) do line(row.method, function(column) return column[3](row) end) end
print("\n(in brackets): no better than chance by the 95 % interval; (…)<: worse than chance.")
print(("LDS: Spearman over %d halves of the data between summed scores and minus the loss, mean of"
  .. " %d targets"):format(n_subsets, #targets))
print(("  and of %d training(s) a half; interval over targets, by user, and over halves.")
  :format(n_seeds))
if ceiling then
  print(("  Trainings with other seeds agree by %.3f, so no method can be expected above %.3f.")
    :format(agreement, ceiling))
end
print(("leave-one-out: the same over %d trainings without one example each; mostly the noise of"
  .. " training."):format(n_left_out))
print(("loss without …: mean test loss without %d examples, chosen on validation, less that without"
  .. " as many"):format(remove))
print(("  random ones (%d draws); interval over users, draws and training. With all: loss %.4f, "
  .. "%s %.4f.")
  :format(draws, removal.whole.loss, metric, removal.whole[metric]))
if planted then
  print("AUC: low totals against validation are suspected, by example or a user's mean (DeLong);")
  print(("  found: share of the first suspects, as many as planted, that was; chance %.2f, %.2f.")
    :format(rows[1].misclicks.planted / rows[1].misclicks.n, rows[1].junk.planted / rows[1].junk.n))
  print(("copies@%d: how often an example's exact copy is among its %d highest proponents."):format(
    opt.k, opt.k))
end
print("seeds: Spearman of the totals of two trainings. s, MiB: scoring targets and validation.")

if opt.json ~= "" then
  local results = {}
  for place, row in ipairs(rows) do
    local function summary(found)
      return found and {
        value = found.mean or found.auc, interval = found.interval, precision = found.precision,
      }
    end
    local function removed(figures)
      local found = {}
      for name, value in pairs(figures) do
        found[name] =
          { mean = value.mean, difference = value.difference, interval = value.interval }
      end
      return found
    end
    results[place] = {
      method = row.method, lds = summary(row.lds), loo = summary(row.loo),
      helpful_removed = removed(row.helpful), harmful_removed = removed(row.harmful),
      misclicks = summary(row.misclicks), junk_users = summary(row.junk), copies = row.twins,
      stability = row.stability, seconds = row.seconds, mib = row.mib,
    }
  end
  nj.write_json(opt.json, {
    data = opt.data, split = parts.protocol, seeds = seeds, epochs = epochs, subsets = n_subsets,
    left_out = n_left_out, removed = remove, targets = #targets, quick = opt.quick,
    agreement = agreement, ceiling = ceiling, results = results, curves = curve_points,
  })
  print("results written to " .. opt.json)
end
