--- Does a policy help more than an equally large choice that anybody could make?
---
---     local result = nj.experiment.removal{
---       policies = { "opponents", { "user_junk", rule = "loss" } },
---       train = train, valid = parts.valid, test = parts.test,
---       model = function(seed) return nj.models.lstm{ items = log.n_items, seed = seed } end,
---       fit = { epochs = 20 }, seeds = 5,
---     }
---     print(result)
---
--- For every seed: a model is trained on all examples; each policy chooses by it and by validation
--- examples alone; a model is trained anew, from the same values and in the same order of examples,
--- on what each choice leaves; test examples are ranked. Each policy is compared with no removal
--- and with controls that treat as many examples alike: random ones, and those that the other
--- controls would drop first. Per example, values are averaged over the seeds. One interval is of
--- these models, over users (bootstrap), the other also of other trainings (nj.stats.seeded), whose
--- p-values are corrected by Holm over all comparisons.
---
--- With resume = true every trained model stays in dir, and an experiment that was stopped or
--- killed goes on with them when it is run again; a dir of other data or options is refused.
---
--- removal drops what policies choose; reweight gives examples the weights of the selections;
--- print(nj.experiment.options) lists the options of both.

local context = require "nightjar.policy_context"
local results = require "nightjar.experiment_result"
local settings = require "nightjar.settings"

local experiment = {}

local fields = {
  policies = { type = "table | string", "a policy or its name, or a list of them, or of"
    .. " { name, options }" },
  train = { type = "nj.Examples | nj.Sequences", "the training examples" },
  valid = { type = "nj.Examples | nj.Part | nj.Sequences", "what policies may look at" },
  test = { type = "nj.Examples | nj.Part | nj.Sequences", "what is reported, never looked at" },
  model = { type = "function", "makes an untrained model from a seed" },
  fit = { {}, "options of nj.fit, such as epochs" },
  seeds = { type = "integer | table", default = 5, "how many seeds, from 1 on, or a list of them" },
  count = { 0, "how many examples policies that rank drop; 0 for a share", min = 0 },
  share = { 0.02, "the share", min = 0, max = 1 },
  controls = { { "random", "loss", "self_influence", "popularity" },
    "policies of which each treats as many examples alike" },
  metrics = { { "mrr", "recall@10", "ndcg@10" }, "what is measured on test" },
  evaluate = { {}, "options of nj.evaluate, such as mask" },
  influence = { type = "function", optional = true,
    "makes the attribution: (checkpoints, train); TracIn over three checkpoints when left out" },
  split = { "", "the split in words, such as parts.protocol" },
  dir = { "runs/experiment", "folder for checkpoints, overwritten unless it resumes" },
  resume = { false, "keep all trained models in dir, and go on from those that are there" },
  resamples = { 10000, "resamples of each bootstrap and randomisation test", min = 1 },
}

-- What was asked for ----------------------------------------------------------------------------

--- A policy with its options and the label of its arm.
local function entry(given, level)
  local options = {}
  if type(given) == "table" and getmetatable(given) == nil then
    for name, value in pairs(given) do options[name] = value end
    given, options[1] = options[1], nil
  end
  local label = options.label
  options.label = nil
  local policy = type(given) == "string" and nj.policies[given] or given
  local metatable = type(policy) == "table" and getmetatable(policy)
  if not metatable or metatable.__name ~= "nj.Policy" then
    error(("policies must be policies, their names, or { name, options }; got %s")
      :format(tostring(given)), level + 1)
  end
  label = label or policy.name
  if label == "none" then
    error("the label 'none' is that of training on all examples; choose another one", level + 1)
  end
  local own = {}
  for name, value in pairs(options) do
    if not context.fields[name] then own[name] = value end
  end
  policy.declared:read(own, level + 1)
  return { policy = policy, options = options, label = label }
end

local function entries(given, level)
  if type(given) == "string" or type(given) == "table" and getmetatable(given) then
    given = { given }
  end
  local list, taken = {}, {}
  for _, one in ipairs(given) do
    local made = entry(one, level + 1)
    if taken[made.label] then
      error(("two policies are called '%s'; give one of them a label = \"…\""):format(made.label),
        level + 1)
    end
    taken[made.label] = true
    list[#list + 1] = made
  end
  return list
end

local function seed_list(seeds, level)
  local list, taken = {}, {}
  if type(seeds) ~= "table" then
    for seed = 1, seeds do list[seed] = seed end
    return list
  end
  for place, seed in ipairs(seeds) do
    if math.type(seed) ~= "integer" or seed < 0 then
      error(("seeds must be whole numbers from 0, got %s"):format(tostring(seed)), level + 1)
    end
    if taken[seed] then
      error(("seed %d is there twice, and would tell the same twice"):format(seed), level + 1)
    end
    list[place], taken[seed] = seed, true
  end
  return list
end

--- Refuses what an experiment decides itself.
local function check_own(options, name, own, level)
  for field, instead in pairs(own) do
    if options[field] ~= nil then
      error(("%s.%s has no effect in an experiment: %s"):format(name, field, instead), level + 1)
    end
  end
end

--- One table with the fields of both; those of the second count.
local function joined(first, second)
  local all = {}
  for name, value in pairs(first) do all[name] = value end
  for name, value in pairs(second) do all[name] = value end
  return all
end

-- One seed --------------------------------------------------------------------------------------

--- Up to three checkpoints, spread over the training.
local function spread(files)
  local chosen, taken = {}, {}
  for third = 1, 3 do
    local place = math.max(1, math.floor(third * #files / 3 + 0.5))
    if not taken[place] then chosen[#chosen + 1] = files[place] end
    taken[place] = true
  end
  return chosen
end

--- The weight that a selection gives to each example.
local function weights_of(selection, count)
  local weights = {}
  for position = 1, count do weights[position] = 1 end
  local given = selection.weights
  for place, id in ipairs(selection.ids) do weights[id] = given[place] end
  return weights
end

--- The same weights in the order of a control's scores: its first examples get the smallest.
local function alike(weights, scores)
  local sorted = table.move(weights, 1, #weights, 1, {})
  table.sort(sorted)
  local ids, given = {}, {}
  for place, position in ipairs(scores:argsort{ descending = true }) do
    if sorted[place] ~= 1 then
      ids[#ids + 1], given[#given + 1] = position, sorted[place]
    end
  end
  return nj.selection{ ids = ids, weights = given }
end

--- A text that equal weights in any order share, so that policies of one size share controls.
local function size_of(weights)
  local sorted = table.move(weights, 1, #weights, 1, {})
  table.sort(sorted)
  local words, start = {}, 1
  for place = 1, #sorted do
    if sorted[place] ~= sorted[place + 1] then
      words[#words + 1] = ("%dx%.9g"):format(place - start + 1, sorted[place])
      start = place + 1
    end
  end
  return table.concat(words, " ")
end

--- The examples after a selection.
local function applied(kind, train, selection, label)
  if kind == "removal" and #selection == #train then
    error(("'%s' drops all %d training examples; nothing is left to train on"):format(
      label, #train), 0)
  end
  return kind == "removal" and train:without(selection) or train:weighted(selection)
end

--- How well a trained model ranks the test examples, or some others.
local function report(opt, model, examples)
  return nj.evaluate(model, examples or opt.test, joined(joined(
    { split = opt.split ~= "" and opt.split or nil }, opt.evaluate),
    { metrics = opt.metrics, resamples = 0 }))
end

--- Models that are trained at a time: more than there are cores, so that few of them wait for the
--- last one, and not more than can be held together.
local together = 16

--- Reports of models trained on several sets of examples, from the same values: side by side,
--- unless the options have each fit do something of its own.
local function retrained(opt, seed, sets)
  local options = joined(opt.fit, { seed = seed })
  local is_alone = options.on_epoch or options.run
  local step = is_alone and 1 or together
  -- Policies that choose alike share a training.
  local digests, different, report_of = {}, {}, {}
  for place, set in ipairs(sets) do
    digests[place] = set.digest
    if report_of[digests[place]] == nil then
      different[#different + 1] = { set = set, digest = digests[place] }
      report_of[digests[place]] = false
    end
  end
  for first = 1, #different, step do
    local last = math.min(#different, first + step - 1)
    local models, chosen, folders = {}, {}, {}
    for place = 1, last - first + 1 do
      local one = different[first + place - 1]
      models[place], chosen[place] = opt.model(seed), one.set
      folders[place] = ("%s/seed-%d/arm-%s"):format(opt.dir, seed, one.digest:sub(1, 16))
    end
    if is_alone then
      nj.fit(models[1], chosen[1], joined(options, opt.resume and {
        checkpoint = { dir = folders[1] }, resume = true,
      } or {}))
    else
      nj.fit_all(models, chosen, joined(options, opt.resume and { folders = folders } or {}))
    end
    for place, model in ipairs(models) do
      report_of[different[first + place - 1].digest] = report(opt, model)
    end
  end
  local reports = {}
  for place, digest in ipairs(digests) do reports[place] = report_of[digest] end
  return reports
end

--- Chooses, retrains and measures everything for one seed; hands each arm to `add`.
local function run_seed(kind, opt, policies, controls, seed, add)
  local started = nj.clock()
  local base = opt.model(seed)
  local run = nj.fit(base, opt.train, joined(opt.fit, {
    seed = seed, resume = opt.resume,
    checkpoint = {
      dir = ("%s/seed-%d"):format(opt.dir, seed), every = 1, overwrite = not opt.resume,
    },
  }))
  local whole = report(opt, base)
  add("none", seed, { report = whole, dropped = 0, seconds = nj.clock() - started })

  local works_on = {
    train = opt.train, valid = opt.valid, checkpoints = run.checkpoints, model = base, seed = seed,
  }
  works_on.influence = opt.influence and opt.influence(run.checkpoints, opt.train)
    or nj.influence.tracin{ checkpoints = spread(run.checkpoints), train = opt.train }
  local function chosen(one)
    local given = joined(works_on, one.options)
    local has = one.policy.declared.by_name
    if not (given.count or given.share) then
      if has.count and opt.count > 0 then
        given.count = opt.count
      elseif has.share then
        given.share = opt.share
      end
    end
    return one.policy(given)
  end

  local scores_of = {} -- of controls
  local function control_scores(control)
    if not scores_of[control.label] then
      local selection, scores = chosen(control)
      if not scores then
        error(("control '%s' gives no scores, so it has no choice of every size; use a policy that"
          .. " scores"):format(control.label), 0)
      end
      scores_of[control.label] = { scores = scores, is_leaky = context.is_leaky(selection) }
    end
    return scores_of[control.label]
  end

  -- Arms in their order, and the examples that each is trained on; controls of one size share them.
  local arms, sets, place_of = {}, {}, {}
  local function arm(label, key, select, found)
    -- What drops nothing is training on all examples.
    if found.dropped > 0 and not place_of[key] then
      sets[#sets + 1] = applied(kind, opt.train, select(), label)
      place_of[key] = #sets
    end
    arms[#arms + 1] = { label = label, place = place_of[key], found = found }
  end
  for place, one in ipairs(policies) do
    nj.progress(place - 1, #policies, { task = ("seed %d: %s"):format(seed, one.label) })
    started = nj.clock()
    local selection, scores = chosen(one)
    local seconds = nj.clock() - started
    if kind == "removal" then
      for at, weight in ipairs(selection.weights) do
        if weight ~= 0 then
          error(("policy '%s' gives example %d the weight %g instead of dropping it; use"
            .. " nj.experiment.reweight"):format(one.label, selection.ids[at], weight), 0)
        end
      end
    end
    arm(one.label, "policy " .. one.label, function() return selection end, {
      dropped = #selection, seconds = seconds, selection = selection, scores = scores,
      is_leaky = context.is_leaky(selection),
    })
    local weights = weights_of(selection, #opt.train)
    local size = size_of(weights)
    for _, control in ipairs(controls) do
      local known = #selection > 0 and control_scores(control) or {}
      arm(control.label, ("control %s %s"):format(control.label, size), function()
        return alike(weights, known.scores)
      end, { dropped = #selection, of = one.label, is_leaky = known.is_leaky })
    end
  end
  local reports = retrained(opt, seed, sets)
  for _, one in ipairs(arms) do
    add(one.label, seed, joined(one.found, { report = one.place and reports[one.place] or whole }))
  end
end

-- All seeds -------------------------------------------------------------------------------------

local function run(kind, given)
  local declared = settings.declare("nj.experiment." .. kind, fields)
  local opt = declared:read(given, 3)
  local policies, controls = entries(opt.policies, 3), entries(opt.controls, 3)
  local seeds = seed_list(opt.seeds, 3)
  if #policies == 0 then error("policies is empty; name at least one policy", 3) end
  if #seeds == 0 then error("seeds must name at least one seed", 3) end
  check_own(opt.fit, "fit", {
    seed = "give seeds", checkpoint = "give dir", resume = "give resume beside fit",
  }, 3)
  check_own(opt.evaluate, "evaluate", { metrics = "give metrics", resamples = "give resamples" }, 3)
  -- Wrong options show before the first training, not after it.
  report(opt, opt.model(seeds[1]), opt.train:subset{ 1 })
  local result = results.new(kind, opt, policies, seeds)
  for _, seed in ipairs(seeds) do
    run_seed(kind, opt, policies, controls, seed, function(label, at, found)
      result:add(label, at, found)
    end)
  end
  return result:finish()
end

--- What the options of removal and reweight are.
experiment.options = settings.declare("nj.experiment", fields):help()

--- Drops what each policy chooses, retrains, and compares.
---@param options table print(nj.experiment.options) lists what it may have
function experiment.removal(options)
  local result = run("removal", options) -- no tail call, so that errors find the caller's line
  return result
end

--- Gives examples the weights of each policy's selection, retrains, and compares.
---@param options table
function experiment.reweight(options)
  local result = run("reweight", options)
  return result
end

return experiment
