--- Does a multiplicative LSTM recommend better than an LSTM, and which part of it does?
---
--- Reruns the comparison of F. Wilhelm's mLSTM post, built on Spotlight, twice: to the letter, and
--- so that the answer can be believed.
---
---   scripts/nightjar run scripts/mlstm_vs_lstm.lua
---   scripts/nightjar run scripts/mlstm_vs_lstm.lua --data ml-1m --trials 50
---
--- faithful  users held out by the post's hash with its seed 72, its hyperparameters, its loss
---           and its MRR; padding left out, and padded: with zeros that run through the network
---           before short histories, as in Spotlight; the published row beside ours.
--- honest    later items are predicted from earlier ones; both models are searched over the post's
---           space with as many trials each, and the settings chosen on validation data are trained
---           with several seeds; the post's confounders are told apart; paired intervals by user.
---
--- Searches and checkpoints are kept in --runs: a study that was stopped goes on where it was.

local opt = nj.options{
  data = "simulated",
  blocks = { "both", "which comparison", { "both", "faithful", "honest" } },
  split = { "last", "honest: each user's last item, or all users at one time", { "last", "time" } },
  trials = { 0, "settings tried for each model, 200 in the post; 0 for 20, or 2 with --quick" },
  seed = 1,
  seeds = { 0, "trainings of each setting, from --seed on; 0 for 5, or 1 with --quick" },
  runs = { "runs/mlstm_vs_lstm", "folder for searches and checkpoints" },
  quick = false,
  json = "",
}

local log = nj.data.open(opt.data)
print(log)

--- Both of the post's ways to cut histories: MovieLens has long ones, Amazon short ones.
local cut = log.name:find("^ml%-") and { length = 100, minimum = 20 }
  or { length = 50, minimum = 5 }
local trials = opt.trials > 0 and opt.trials or (opt.quick and 2 or 20)
local n_seeds = opt.seeds > 0 and opt.seeds or (opt.quick and 1 or 5)
local most_epochs = opt.quick and 2 or math.huge
if opt.quick then
  print(("quick: %d epochs, %d trials, %d seed(s); data, splits, metrics and baselines are whole")
    :format(most_epochs, trials, n_seeds))
end

-- Models ----------------------------------------------------------------------------------------

--- What is compared: the post's two models, and what lies between them.
local arms = {
  lstm = { representation = "lstm" },
  mlstm = { representation = "mlstm", initial_state = "learned", emits = "cell" },
  lstm_learned_start = { representation = "lstm", initial_state = "learned" },
  lstm_cell = { representation = "lstm", emits = "cell" },
  lstm_learned_start_cell = { representation = "lstm", initial_state = "learned", emits = "cell" },
  mlstm_state_only = { representation = "mlstm" },
  lstm_padded = { representation = "lstm", padded_length = cut.length },
  mlstm_padded = {
    representation = "mlstm", initial_state = "learned", emits = "cell", padded_length = cut.length,
  },
}

--- Hyperparameters and results as published for ML-1M; each result is one unseeded run.
local published = {
  lstm = { lr = 1.93e-2, batch = 208, dim = 112, l2 = 6.01e-6, epochs = 50,
    valid = 0.1199, test = 0.1317 },
  mlstm = { lr = 1.25e-2, batch = 240, dim = 120, l2 = 5.90e-6, epochs = 40,
    valid = 0.1275, test = 0.1386 },
}

local function untrained(arm, dim, seed)
  local options = {
    items = log.n_items, dim = dim, loss = "adaptive_hinge", negatives = 5, seed = seed,
  }
  for name, value in pairs(arms[arm]) do options[name] = value end
  return nj.models.sequence(options)
end

--- Trains one model, or takes it from the checkpoint of an earlier call.
local function fitted(arm, setting, train, seed, folder, run)
  local net = untrained(arm, setting.dim, seed)
  nj.fit(net, train, {
    epochs = math.min(setting.epochs, most_epochs), batch = setting.batch, lr = setting.lr,
    weight_decay = setting.l2, seed = seed, checkpoint = { dir = folder }, resume = true, run = run,
  })
  return net
end

--- A folder for what was trained with a setting, which no other setting shares.
local function folder(block, arm, setting, seed)
  return ("%s/%s/%s-%s-lr%.9g-l2%.9g-batch%d-dim%d-epochs%g-seed%d"):format(
    opt.runs, log.name, block, arm, setting.lr, setting.l2, setting.batch, setting.dim,
    math.min(setting.epochs, most_epochs), seed)
end

-- Measuring -------------------------------------------------------------------------------------

--- The post leaves the items of the history out of the ranking, and averages the ranks of ties.
local masks = { "history", "nothing" }

local function measured(model, examples, mask, split)
  return nj.evaluate(model, examples, { "mrr", mask = mask, resamples = 0, split = split })
end

local function means(reports)
  local values = {}
  for i, report in ipairs(reports) do values[i] = report.mrr end
  return values
end

--- The mean over seeds, with the standard deviation where there are several.
local function spread_text(reports)
  if #reports == 1 then return ("%.4f"):format(reports[1].mrr) end
  local found = nj.stats.bootstrap(means(reports), { resamples = 1 })
  return ("%.4f ± %.4f"):format(found.mean, found.sd)
end

--- One line with the mean of every training.
local function print_every_run(name, reports)
  if #reports == 1 then return end
  local texts = {}
  for i, report in ipairs(reports) do texts[i] = ("%.4f"):format(report.mrr) end
  print(("  %-42s %s"):format(name, table.concat(texts, " ")))
end

local results, differences = {}, {}

local function record(block, arm, mask, side, reports, first_seed)
  for i, report in ipairs(reports) do
    results[#results + 1] = {
      block = block, arm = arm, mask = mask, side = side, mrr = report.mrr,
      seed = first_seed and first_seed + i - 1 or nil, examples = #report:values("mrr"),
    }
  end
end

--- How one arm differs from another: paired by example with users whole, for each seed and with
--- seeds averaged; and over seeds, each seed's difference being one value.
local function compare(block, arm, against, reports, baseline, users)
  local function by_user(values, other, seed)
    local found = nj.stats.paired(values, other, { clusters = users })
    differences[#differences + 1] = {
      block = block, arm = arm, against = against, over = "users", seed = seed,
      difference = found.difference, low = found.interval[1], high = found.interval[2],
      p = found.p, units = found.units,
    }
    return found
  end
  local of_seeds = {}
  for i, report in ipairs(reports) do
    of_seeds[i] = report.mrr - baseline[i].mrr
    if #reports > 1 then
      by_user(report:values("mrr"), baseline[i]:values("mrr"), opt.seed + i - 1)
    end
  end
  local pooled = by_user(
    nj.metrics.averaged(reports, { resamples = 1 }):values("mrr"),
    nj.metrics.averaged(baseline, { resamples = 1 }):values("mrr"))
  print(("  %-24s %+.4f, 95 %% interval %+.4f to %+.4f by user, p %.3f")
    :format(arm, pooled.difference, pooled.interval[1], pooled.interval[2], pooled.p))
  if #reports < 2 then return end
  local spread = nj.stats.bootstrap(of_seeds, { resamples = 1 })
  local test = nj.stats.paired(means(reports), means(baseline), { test = "t", resamples = 1 })
  differences[#differences + 1] = {
    block = block, arm = arm, against = against, over = "seeds", difference = spread.mean,
    sd = spread.sd, p = test.p, units = #reports,
  }
  print(("  %-24s %+.4f ± %.4f over %d seeds, p %.3f by Student's t")
    :format("", spread.mean, spread.sd, #reports, test.p))
end

-- Faithful --------------------------------------------------------------------------------------

--- What the post's split gives for ML-1M, as counted from the data at hand.
local expected_counts = { train = 9860, valid = 1300, test = 1266 }

local function first_users(part)
  local ids, seen, order = {}, {}, {}
  for _, user in ipairs(part:chunks(cut).users) do
    if not seen[user] then
      seen[user] = true
      order[#order + 1] = tonumber(log:user_info(user).id) or user
    end
  end
  table.sort(order)
  for i = 1, math.min(5, #order) do ids[i] = tostring(order[i]) end
  return #order, table.concat(ids, " ")
end

local function faithful_block()
  print("\n== Faithful: the post's split, hyperparameters and metric")
  -- Spotlight's sequences are in the order of time.
  local ordered = log.first_time and log:sorted() or log
  local parts = ordered:split{ by = "hash", seed = 72, share = 0.2 }
  print(parts)
  local pieces, counts = {}, {}
  for _, side in ipairs{ "train", "valid", "test" } do
    pieces[side] = parts[side]:chunks(cut)
    counts[side] = #pieces[side]
    print(("  %-5s %6d sequences of %d users, the first %s"):format(
      side, counts[side], first_users(parts[side])))
  end
  if log.name == "ml-1m" then
    local same = true
    for side, count in pairs(expected_counts) do same = same and counts[side] == count end
    print(same and "  counts as in the study: 9860, 1300, 1266"
      or "  NOT the study's counts, which are 9860, 1300, 1266")
  end
  local held = { "valid", "test" }
  local sides = { valid = pieces.valid:last_items(), test = pieces.test:last_items() }
  local counted, rows = nj.models.popularity(pieces.train), {}
  local order = { "lstm", "mlstm", "lstm_padded", "mlstm_padded" }
  for _, arm in ipairs(order) do
    rows[arm] = { valid = {}, test = {} }
    for seed = opt.seed, opt.seed + n_seeds - 1 do
      local setting = published[arms[arm].representation]
      local net = fitted(arm, setting, pieces.train, seed, folder("faithful", arm, setting, seed))
      for _, side in ipairs(held) do
        table.insert(rows[arm][side], measured(net, sides[side], "history", parts.protocol))
      end
    end
  end
  print("\n" .. rows.lstm.test[1].protocol)
  print(("%-24s %-18s %-18s %s"):format("", "valid MRR", "test MRR", "published valid, test"))
  local function line(name, valid, test, note)
    print(("%-24s %-18s %-18s %s"):format(name, valid, test, note or ""))
  end
  local guess = {}
  for _, side in ipairs(held) do
    guess[side] = nj.chance(sides[side], { mask = "history" }).mrr
  end
  line("uniform chance", ("%.4f"):format(guess.valid), ("%.4f"):format(guess.test))
  local base = {}
  for _, side in ipairs(held) do
    base[side] = { measured(counted, sides[side], "history", parts.protocol) }
    record("faithful", "popularity", "history", side, base[side])
  end
  line("popularity", spread_text(base.valid), spread_text(base.test))
  for _, arm in ipairs(order) do
    local row = published[arms[arm].representation]
    for _, side in ipairs(held) do
      record("faithful", arm, "history", side, rows[arm][side], opt.seed)
    end
    line(arm, spread_text(rows[arm].valid), spread_text(rows[arm].test), log.name == "ml-1m"
      and ("%.4f, %.4f"):format(row.valid, row.test) or "other data")
  end
  if n_seeds > 1 then print("every run, test MRR:") end
  for _, arm in ipairs(order) do print_every_run(arm, rows[arm].test) end
  print("mlstm - lstm on the test sequences:")
  for _, padded in ipairs{ "", "_padded" } do
    local name, against = "mlstm" .. padded, "lstm" .. padded
    compare("faithful", name, against, rows[name].test, rows[against].test, sides.test.users)
  end
  print("padded: zeros run through the network before short histories, as in Spotlight.")
  print("Deviations: elsewhere padding is left out of the recurrence; items of the history are")
  print("left out of the ranking, not put last; padding is neither ranked nor drawn as a negative;")
  print("negatives are other draws.")
  if log.name == "ml-1m" then
    print("Data: 999611 of the 1000209 interactions and 3416 of 3706 items, numbered in another")
    print("order; the order of interactions of one instant is not known.")
  end
  return { counts = counts, split = parts.protocol, chance = guess }
end

-- Honest ----------------------------------------------------------------------------------------

--- The post's space: the same for both models.
local space = {
  batch = nj.search.int(64, 256, { step = 16 }),
  lr = nj.search.log_uniform(math.exp(-6), math.exp(-3)),
  l2 = nj.search.log_uniform(math.exp(-25), math.exp(-9)),
  epochs = nj.search.int(20, 50, { step = 5 }),
  dim = nj.search.int(16, 128, { step = 8 }),
}

local function searched(arm, data)
  local search = nj.search.run{
    name = ("%s %s %s%s"):format(log.name, opt.split, arm, opt.quick and " quick" or ""),
    space = space, trials = trials, method = "tpe", seed = opt.seed, store = opt.runs,
    objective = function(trial)
      local net =
        fitted(arm, trial.params, data.train, trial.seed, trial.folder, trial.run)
      return measured(net, data.valid, "history").mrr
    end,
    on_trial = function(trial)
      print(("  trial %d: %s"):format(
        trial.trial, trial.value and ("valid MRR %.4f"):format(trial.value) or "failed"))
    end,
  }
  local best = search.best or error("every trial of " .. search.name .. " failed", 0)
  local p = best.params
  print(("  best: trial %d, valid MRR %.4f, lr %.3g, l2 %.3g, batch %d, dim %d, epochs %d"):format(
    best.trial, best.value, p.lr, p.l2, p.batch, p.dim, p.epochs))
  return best
end

--- The size at which an LSTM has as many values to learn as the mLSTM, as nearly as can be.
local function equal_dim(dim)
  local wanted = untrained("mlstm", dim, 1).n_parameters
  local larger = dim
  while untrained("lstm", larger, 1).n_parameters < wanted do larger = larger + 1 end
  local below = wanted - untrained("lstm", larger - 1, 1).n_parameters
  return below < untrained("lstm", larger, 1).n_parameters - wanted and larger - 1 or larger
end

local function honest_block()
  print("\n== Honest: earlier items predict later ones, equal search, several seeds")
  local parts = opt.split == "time" and log:split{ by = "time", valid = 0.1, test = 0.1 }
    or (log.first_time and log:sorted() or log):split{ by = "last" }
  print(parts)
  local data = {
    train = parts.train:chunks(cut),
    valid = parts.valid:windows{ length = cut.length, min_history = 1 },
    test = parts.test:windows{ length = cut.length, min_history = 1 },
  }
  print(("  train %d sequences  valid %d  test %d examples"):format(
    #data.train, #data.valid, #data.test))
  local chosen = {}
  for _, arm in ipairs{ "lstm", "mlstm" } do
    print(("search for %s, %d trials"):format(arm, trials))
    chosen[arm] = searched(arm, data)
  end

  local reports = {}
  local function trained(name, arm, setting)
    reports[name] = { history = {}, nothing = {} }
    for seed = opt.seed, opt.seed + n_seeds - 1 do
      local place = folder("honest-" .. opt.split, arm, setting, seed)
      local net = fitted(arm, setting, data.train, seed, place)
      for _, mask in ipairs(masks) do
        table.insert(reports[name][mask], measured(net, data.test, mask, parts.protocol))
      end
    end
    for _, mask in ipairs(masks) do
      record("honest", name, mask, "test", reports[name][mask], opt.seed)
    end
  end
  local ablation = {
    "lstm", "lstm_learned_start", "lstm_cell", "lstm_learned_start_cell", "mlstm_state_only",
  }
  local setting = chosen.mlstm.params
  trained("lstm", "lstm", chosen.lstm.params)
  trained("mlstm", "mlstm", setting)
  for _, arm in ipairs(ablation) do trained(arm .. " at mlstm's setting", arm, setting) end
  local larger = {}
  for name, value in pairs(setting) do larger[name] = value end
  larger.dim = equal_dim(setting.dim)
  trained("lstm of mlstm's size", "lstm", larger)

  print("\n" .. reports.lstm.history[1].protocol)
  print(("%-44s %-20s %s"):format("test MRR", "history left out", "nothing left out"))
  local guess = {}
  for _, mask in ipairs(masks) do guess[mask] = nj.chance(data.test, { mask = mask }).mrr end
  print(("%-44s %-20.4f %.4f"):format("uniform chance", guess.history, guess.nothing))
  local counted, base = nj.models.popularity(parts.train:windows{ length = 2 }), {}
  for _, mask in ipairs(masks) do
    base[mask] = { measured(counted, data.test, mask, parts.protocol) }
    record("honest", "popularity", mask, "test", base[mask])
  end
  reports.popularity = base
  local order = { "popularity", "lstm", "mlstm" }
  for _, arm in ipairs(ablation) do order[#order + 1] = arm .. " at mlstm's setting" end
  order[#order + 1] = "lstm of mlstm's size"
  for _, name in ipairs(order) do
    print(("%-44s %-20s %s"):format(
      name, spread_text(reports[name].history), spread_text(reports[name].nothing)))
  end

  if n_seeds > 1 then print("every run, history left out:") end
  for _, name in ipairs(order) do print_every_run(name, reports[name].history) end

  local users = data.test.users
  print("mlstm - lstm, each at its own setting:")
  compare("honest", "mlstm", "lstm", reports.mlstm.history, reports.lstm.history, users)
  print(("changes one by one, minus the LSTM at the mLSTM's setting (dim %d):")
    :format(setting.dim))
  local plain = "lstm at mlstm's setting"
  for i = 2, #ablation do
    local name = ablation[i] .. " at mlstm's setting"
    compare("honest", ablation[i], plain, reports[name].history, reports[plain].history, users)
  end
  compare("honest", "mlstm", plain, reports.mlstm.history, reports[plain].history, users)
  print(("mlstm - lstm of as many parameters (dim %d):"):format(larger.dim))
  compare("honest", "mlstm", "lstm of mlstm's size", reports.mlstm.history,
    reports["lstm of mlstm's size"].history, users)
  print("learned_start: a learned first state in place of a vector of zeros; cell: the cell state")
  print("is the user's; state_only: the multiplicative state alone. The post also draws weights")
  print("anew from ±1/sqrt(dim), but so does an LSTM of PyTorch, and so do we for every arm;")
  print("initial_weights = \"glorot\" is the other choice.")
  return { chosen = chosen, split = parts.protocol, chance = guess, equal_dim = larger.dim }
end

-- The study -------------------------------------------------------------------------------------

local faithful = opt.blocks ~= "honest" and faithful_block() or nil
local honest = opt.blocks ~= "faithful" and honest_block() or nil

if opt.json ~= "" then
  nj.write_json(opt.json, {
    data = log.name, quick = opt.quick, trials = trials, seeds = n_seeds, seed = opt.seed,
    published = published, faithful = faithful, honest = honest,
    results = results, differences = differences,
  })
  print("results written to " .. opt.json)
end
