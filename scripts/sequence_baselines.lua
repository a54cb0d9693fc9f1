--- How well do sequence models predict each user's last item, ranked among all items?
---
--- Leave one out: per user, the last item is the test, the one before it validation, the rest is
--- learned from. Models stop by nDCG@10 on validation and are measured once on the test.
---
---   scripts/nightjar run scripts/sequence_baselines.lua
---   scripts/nightjar run scripts/sequence_baselines.lua --data ml-1m --models gru,sasrec --seeds 1
---
--- Models learn from the latest items of each user, as in the papers whose figures are shown beside
--- ours, or from all of them in pieces (--pieces all). Adam's second moment decays by 0.98, as in
--- SASRec's own code, unless a row says otherwise.
---
--- A time-ordered split is the better judge, as here models learn from the future of other users;
--- this is the protocol that most papers report.

local opt = nj.options{
  data = "simulated",
  models = { "", "names from the table, with commas between; all when left out" },
  seed = 1,
  seeds = { 0, "trainings of each model, from --seed on; 0 for 5, or 1 with --quick" },
  pieces = { "latest", "items of a user to learn from", { "latest", "all" } },
  runs = { "runs/sequence_baselines", "folder for checkpoints; a stopped run goes on from them" },
  quick = false,
  json = "",
}

local metrics = { "hit@10", "ndcg@10", "mrr" }
--- Both are reported: papers leave seen items out of the ranking or do not, and seldom say.
local masks = { "seen", "nothing" }

-- Data ------------------------------------------------------------------------------------------

local log = nj.data.open(opt.data)
if log.first_time then log = log:sorted() end
print(log)
local parts = log:split{ by = "last" }
print(parts)
local length = log.name:find("^ml%-1m") and 200 or 50
local all_pieces = parts.train:chunks{ length = length, minimum = 2 }
--- The first item of a piece has nothing before it; a mask can take its place all the same.
local function pieces(items)
  local latest = opt.pieces == "latest"
  return parts.train:chunks{ length = items, minimum = 2, latest = latest }
end
local train, masked = pieces(length + 1), pieces(length)
local valid = parts.valid:windows{ length = length + 1, min_history = 1 }
local test = parts.test:windows{ length = length + 1, min_history = 1 }
local pairs_of_items = parts.train:windows{ length = 2 }

local most_epochs = opt.quick and 2 or 200
local n_seeds = opt.seeds > 0 and opt.seeds or (opt.quick and 1 or 5)
if opt.quick then
  print(("quick: %d epochs and %d seed(s); data, split, metrics and models are whole")
    :format(most_epochs, n_seeds))
end

-- Models ----------------------------------------------------------------------------------------

--- What is trained unless a row says otherwise; sizes and rates as in the reproductions of SASRec.
local usual = { dim = 128, loss = "softmax", batch = 128, lr = 1e-3, beta2 = 0.98, patience = 8 }
--- What nj.fit reads of a row; the rest is for nj.models.sequence.
local of_fit = { batch = true, lr = true, beta2 = true, patience = true }

--- Rows of the table: a name, and what is counted or learned.
local rows = {
  { "popularity", count = function() return nj.models.popularity(pairs_of_items) end },
  { "markov", count = function() return nj.models.markov(all_pieces) end },
  { "item_knn", count = function() return nj.models.item_knn(all_pieces) end },
  { "pooling", learn = { representation = "pooling" } },
  { "gru", learn = { representation = "gru", lr = 4e-3, batch = 64 } },
  { "lstm", learn = { representation = "lstm", lr = 4e-3, batch = 64 } },
  { "mlstm", learn = { representation = "mlstm" } },
  { "cnn", learn = { representation = "cnn", dilations = { 1, 2, 4, 8 } } },
  { "mixture", learn = { representation = "mixture" } },
  { "sasrec",
    learn = { representation = "sasrec", dim = 64, max_length = length, dropout = 0.2,
      batch = 64, beta2 = 0.999, patience = 10 } },
  { "sasrec_bce",
    learn = { representation = "sasrec", max_length = length, dropout = 0.2, loss = "bce",
      negatives = 1, patience = 20 } },
  { "gsasrec",
    learn = { representation = "sasrec", max_length = length, dropout = 0.2, loss = "gbce",
      negatives = 256, calibration = 0.75 } },
  { "bert4rec",
    learn = { representation = "bert4rec", dim = 64, max_length = length, heads = 2,
      dropout = 0.1, beta2 = 0.999, patience = 20 } },
}

--- Figures of others for ML-1M under full ranking, to stand beside ours; no pass marks.
local published = {
  sasrec = "HR@10 0.3152, nDCG@10 0.1821 (Klenitskiy and Vasilev 2023)",
  sasrec_bce = "HR@10 0.2392, nDCG@10 0.1259 (Petrov and Macdonald 2023)",
  gsasrec = "HR@10 0.3003, nDCG@10 0.1726 (Petrov and Macdonald 2023)",
  bert4rec = "HR@10 0.2843, nDCG@10 0.1537 (Klenitskiy and Vasilev 2023)",
}

--- The rows asked for.
local function chosen_rows()
  local known, wanted, found = {}, {}, {}
  for i, row in ipairs(rows) do known[i], wanted[row[1]] = row[1], opt.models == "" end
  for name in opt.models:gmatch("[^,%s]+") do
    if wanted[name] == nil then
      error(("no model is called '%s'; there are %s"):format(name, table.concat(known, ", ")), 0)
    end
    wanted[name] = true
  end
  for _, row in ipairs(rows) do
    if wanted[row[1]] then found[#found + 1] = row end
  end
  return found
end

local function trained(row, seed)
  local model, fit = { items = log.n_items, seed = seed }, {}
  for _, options in ipairs{ usual, row.learn } do
    for name, value in pairs(options) do (of_fit[name] and fit or model)[name] = value end
  end
  local net = nj.models.sequence(model)
  local run = nj.fit(net, model.representation == "bert4rec" and masked or train, {
    epochs = most_epochs, batch = fit.batch, lr = fit.lr, beta2 = fit.beta2, seed = seed,
    valid = valid, metrics = { "ndcg@10" }, mask = "seen", patience = fit.patience,
    restore_best = true, resume = true,
    checkpoint = {
      dir = ("%s/%s/%s%s-seed%d"):format(
        opt.runs, log.name, row[1] .. (opt.pieces == "all" and "-all" or ""),
        opt.quick and "-quick" or "", seed),
    },
  })
  return net, run
end

-- The runs --------------------------------------------------------------------------------------

--- Nothing without values: a run that was wholly taken from its checkpoint has no times.
local function mean(values)
  local sum = 0
  for _, value in ipairs(values) do sum = sum + value end
  return #values > 0 and sum / #values or nil
end

local results, table_rows = {}, {}

for _, row in ipairs(chosen_rows()) do
  local line = { name = row[1], seen = {}, nothing = {} }
  local seconds, epochs = {}, {}
  for seed = opt.seed, row.learn and opt.seed + n_seeds - 1 or opt.seed do
    local net, run
    if row.count then net = row.count() else net, run = trained(row, seed) end
    for _, epoch in ipairs(run and run.epochs or {}) do
      seconds[#seconds + 1] = epoch.seconds
    end
    epochs[#epochs + 1] = run and run.best_epoch
    for _, mask in ipairs(masks) do
      local report = nj.evaluate(
        net, test, { metrics = metrics, mask = mask, split = parts.protocol, resamples = 0 })
      table.insert(line[mask], report)
      local result = { model = row[1], seed = run and seed, mask = mask,
        best_epoch = run and run.best_epoch }
      for _, metric in ipairs(metrics) do result[metric] = report:mean(metric) end
      results[#results + 1] = result
    end
  end
  line.seconds, line.epochs = mean(seconds), mean(epochs)
  table_rows[#table_rows + 1] = line
  print(("%-12s done: nDCG@10 %.4f"):format(row[1], line.seen[1]:mean("ndcg@10")))
end

-- The table -------------------------------------------------------------------------------------

local function text(reports, metric)
  if #reports == 1 then return ("%.4f"):format(reports[1]:mean(metric)) end
  local values = {}
  for i, report in ipairs(reports) do values[i] = report:mean(metric) end
  local found = nj.stats.bootstrap(values, { resamples = 1 })
  return ("%.4f ± %.4f"):format(found.mean, found.sd)
end

for _, mask in ipairs(masks) do
  print("\n" .. table_rows[1][mask][1].protocol)
  print(("%-12s %-16s %-16s %-16s %8s %7s"):format(
    "", "HR@10", "nDCG@10", "MRR", "s/epoch", "epochs"))
  for _, line in ipairs(table_rows) do
    print(("%-12s %-16s %-16s %-16s %8s %7s"):format(
      line.name, text(line[mask], "hit@10"), text(line[mask], "ndcg@10"), text(line[mask], "mrr"),
      line.seconds and ("%.2f"):format(line.seconds) or "",
      line.epochs and ("%.1f"):format(line.epochs) or ""))
  end
  local guess = nj.chance(test, { mask = mask })
  print(("%-12s %-16.4f %-16.4f %-16.4f"):format(
    "chance", guess["hit@10"], guess["ndcg@10"], guess.mrr))
end
print("mean ± standard deviation over seeds; epochs: the best ones on validation")
if log.name == "ml-1m" then
  print("published for ML-1M, full ranking, one run each:")
  for _, line in ipairs(table_rows) do
    if published[line.name] then print(("  %-12s %s"):format(line.name, published[line.name])) end
  end
end

if opt.json ~= "" then
  local seconds = {}
  for _, line in ipairs(table_rows) do seconds[line.name] = line.seconds end
  nj.write_json(opt.json, {
    data = log.name, split = parts.protocol, length = length, pieces = opt.pieces,
    quick = opt.quick, results = results, seconds_per_epoch = seconds,
  })
  print("results written to " .. opt.json)
end
