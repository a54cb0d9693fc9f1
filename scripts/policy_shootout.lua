--- Which filtering policy finds planted noise, and does training without its choice help?
---
--- Every policy of Nightjar chooses by validation examples, on simulated data whose faults are
--- known and on a real log; models are retrained on what is left and compared with random removal
--- of equal size, on test examples and over several seeds.
---
---   scripts/nightjar run scripts/policy_shootout.lua
---   scripts/nightjar run scripts/policy_shootout.lua --data ml-100k --seeds 3 --json results.json
---
--- Policies that rank drop --share of the examples; those that keep a subset keep 0.9; the k-core
--- and the junk users are as large as they are. Each is compared with its own size.

local opt = nj.options{
  data = { "simulated,ml-100k", "data sets with commas between; one that is missing is left out" },
  policies = { "", "labels from the table, with commas between; all when left out" },
  share = { 0.05, "share of the examples that policies drop" },
  seed = 1,
  seeds = { 0, "how many seeds, from --seed on; 0 for 5, or 1 with --quick" },
  controls = { "random", "controls of equal size, with commas between" },
  users = { 500, "users of the simulated log" },
  runs = { "runs/policy_shootout", "folder for checkpoints, overwritten unless it resumes" },
  resume = { false, "keep all trained models in runs, and go on from those that are there" },
  quick = false,
  json = "",
}

local function words(text)
  local list = {}
  for word in text:gmatch("[^,%s]+") do list[#list + 1] = word end
  return list
end

local n_seeds = opt.seeds > 0 and opt.seeds or (opt.quick and 1 or 5)
local seeds = {}
for place = 1, n_seeds do seeds[place] = opt.seed + place - 1 end
if opt.quick then
  print(("quick: 3 epochs and %d seed(s); data, split, metrics and policies are whole")
    :format(n_seeds))
end

-- The policies ----------------------------------------------------------------------------------

--- Policies with their options, by label.
local function entries()
  local wanted = {}
  for _, label in ipairs(words(opt.policies)) do wanted[label] = true end
  local all = {
    { "opponents" }, { "self_influence" }, { "loss" }, { "forgetting" },
    { "cooccurrence" },
    { "user_junk" }, { "user_junk", rule = "loss", label = "user_junk_loss" },
    { "kcore", k = 5 }, { "dealrec", keep = 0.9, hardest = 0.05 }, { "tarot", keep = 0.9 },
    { "bids", keep = 0.9 },
  }
  local chosen = {}
  for _, entry in ipairs(all) do
    local label = entry.label or entry[1]
    if next(wanted) == nil or wanted[label] then chosen[#chosen + 1] = entry end
    wanted[label] = wanted[label] and false or nil
  end
  for label, is_open in pairs(wanted) do
    if is_open then error(("there is no policy '%s' here"):format(label), 0) end
  end
  return chosen
end

-- One data set ----------------------------------------------------------------------------------

--- What a policy found of each kind of fault, or nothing where no fault is known.
local function found_of(result, label, truth)
  if not truth then return nil end
  local selection, scores = result:selection(label)
  local found = { planted = {}, auc = {} }
  local suspected = scores
  if not suspected then
    suspected = {}
    for position = 1, result.n_train do suspected[position] = 0 end
    local weights = selection.weights
    for place, id in ipairs(selection.ids) do suspected[id] = 1 - weights[place] end
  end
  for kind, marks in pairs(truth) do
    local count = 0
    for _, id in ipairs(selection.ids) do if marks[id] then count = count + 1 end end
    found.planted[kind] = count
    found.auc[kind] = nj.stats.detection(suspected, marks).auc
  end
  found.precision = #selection > 0 and found.planted.noise / #selection or 0
  return found
end

local function share_of(marks)
  local count = 0
  for _, mark in ipairs(marks) do if mark then count = count + 1 end end
  return count / #marks
end

local function auc_columns(found)
  if not found then return "" end
  return ("%9.3f  %5.3f %5.3f %5.3f "):format(
    found.precision, found.auc.misclicks, found.auc.junk, found.auc.duplicates)
end

--- The table of one data set, one line a policy.
local function show(result, rows, metric, truth)
  local found_columns = truth and "precision  slips  junk  dups  " or ""
  print(("\n%-15s %8s %s%8s  %-9s %-25s %s"):format(
    "policy", "dropped", found_columns, "seconds", metric, "- random, 95 %", "p (Holm)"))
  for _, row in ipairs(rows) do
    local d = row.difference
    print(("%-15s %8d %s%8.1f  %.4f    %s %s"):format(row.policy, row.dropped,
      auc_columns(row.found), row.seconds, row.mean,
      d and ("%+.4f [%+.4f, %+.4f]"):format(d.difference, d.low, d.high) or "nothing dropped",
      d and ("%.3f"):format(d.p) or ""))
  end
  if truth then
    print(("precision: share of the dropped that is a mis-click or of a junk user; by chance %.3f")
      :format(share_of(truth.noise)))
    print("slips, junk, dups: AUC of finding mis-clicks, junk users, copied users; by chance 0.5")
  end
  print(("no removal: %.4f; intervals of these models over users; p, of %s, corrected by Holm")
    :format(result.arms[1].average:mean(metric),
      #result.seeds > 1 and "other trainings too" or "these models alone"))
  print(("over %d comparisons"):format(#result.differences))
end

local function shootout(name)
  local log = name == "simulated" and nj.data.simulate{ users = opt.users, seed = opt.seed }
    or nj.data.open(name):sorted()
  print(("\n%s"):format(log))
  local is_simulated = log:planted() ~= nil
  local parts = log:split{ by = "tail", valid = 0.1, test = 0.1, min_rows = 10 }
  print(parts)
  local length = is_simulated and 20 or 50
  local train = parts.train:windows{ length = length }
  local valid = parts.valid:windows{ length = length }
  local truth = is_simulated and nj.planted.truth_of(train) or nil
  local metric = "mrr"
  local result = nj.experiment.removal{
    policies = entries(), controls = words(opt.controls),
    train = train, valid = valid, test = parts.test:windows{ length = length },
    split = parts.protocol, seeds = seeds, share = opt.share, metrics = { metric, "recall@10" },
    dir = ("%s/%s"):format(opt.runs, log.name), resume = opt.resume,
    model = function(seed)
      return nj.models.lstm{
        items = log.n_items, dim = is_simulated and 32 or 64, hidden = is_simulated and 64 or 128,
        seed = seed,
      }
    end,
    fit = { epochs = opt.quick and 3 or (is_simulated and 12 or 10),
      lr = is_simulated and 4e-3 or 1e-3 },
  }
  local rows = {}
  for _, arm in ipairs(result.arms) do
    if not arm.of and arm.label ~= "none" then
      local first, seconds = arm.found[1], 0
      for _, found in ipairs(arm.found) do seconds = seconds + found.seconds / #arm.found end
      local ok, d = pcall(result.difference, result, arm.label, "random", metric)
      rows[#rows + 1] = {
        policy = arm.label, dropped = first.dropped, seconds = seconds,
        mean = arm.average:mean(metric), found = found_of(result, arm.label, truth),
        difference = ok and {
          difference = d.difference, low = d.interval[1], high = d.interval[2], p = d.p,
          seeds = d.seed_interval,
        } or nil,
      }
    end
  end
  show(result, rows, metric, truth)
  print("\n" .. tostring(result))
  return {
    data = log.name, rows = rows, metric = metric, experiment = result:table(),
    noise_share = truth and share_of(truth.noise),
  }
end

-- All of them -----------------------------------------------------------------------------------

local findings = {}
for _, name in ipairs(words(opt.data)) do
  local ok, log = true, nil
  if name ~= "simulated" then ok, log = pcall(nj.data.open, name) end
  if ok then
    findings[#findings + 1] = shootout(name)
  elseif #words(opt.data) > 1 then
    print(("\n%s is left out: %s"):format(name, (tostring(log):gsub("\n.*", ""))))
  else
    error(log, 0)
  end
end

if opt.json ~= "" then
  nj.write_json(opt.json, {
    seeds = seeds, share = opt.share, quick = opt.quick, data = findings,
  })
  print("results written to " .. opt.json)
end
