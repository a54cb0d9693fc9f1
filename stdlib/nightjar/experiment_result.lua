--- What nj.experiment found: arms, their differences, and what may be said of them.

local Result = {}
Result.__index = Result
Result.__name = "nj.ExperimentResult"

local context = require "nightjar.policy_context"

local module = {}

--- Whether it depends on test examples when a training ends, or with which values.
local function stops_by_test(fit)
  local decides = fit.patience ~= nil or fit.restore_best or fit.schedule == "plateau"
  return decides and context.holds_test(fit.valid) or false
end

--- An empty result of an experiment.
function module.new(kind, opt, policies, seeds)
  local labels = {}
  for place, one in ipairs(policies) do labels[place] = one.label end
  return setmetatable({
    kind = kind, policies = labels, seeds = seeds, resamples = opt.resamples, n_train = #opt.train,
    arms = {}, differences = {}, train_digest = opt.train.digest,
    leaks = context.holds_test(opt.train) or stops_by_test(opt.fit),
  }, Result)
end

-- The arm of a label, or of a control that goes with a policy.
function Result:arm(label, of)
  for _, arm in ipairs(self.arms) do
    if arm.label == label and arm.of == of then return arm end
  end
  local arm = { label = label, of = of, found = {} }
  self.arms[#self.arms + 1] = arm
  return arm
end

-- Takes what one arm gave for one seed.
function Result:add(label, seed, found)
  local arm = self:arm(label, found.of)
  found.seed = seed
  arm.found[#arm.found + 1] = found
  if found.is_leaky then self.leaks = true end
end

local function mean(list)
  local sum = 0
  for _, value in ipairs(list) do sum = sum + value end
  return sum / #list
end

local function deviation(list)
  if #list < 2 then return nil end
  local middle, squares = mean(list), 0
  for _, value in ipairs(list) do squares = squares + (value - middle) ^ 2 end
  return math.sqrt(squares / (#list - 1))
end

--- What one arm's runs have of some figure, seed by seed.
local function each(arm, figure)
  local list = {}
  for place, found in ipairs(arm.found) do list[place] = figure(found) end
  return list
end

--- Compares a policy with another arm in every metric.
local function compare(result, arm, other)
  for _, metric in ipairs(arm.average.metrics) do
    local found = nj.stats.paired(arm.average:values(metric), other.average:values(metric), {
      clusters = arm.average.users, resamples = result.resamples,
    })
    local function columns(one)
      return each(one, function(run) return run.report:values(metric) end)
    end
    local over_seeds = nj.stats.seeded(
      columns(arm), columns(other), { clusters = arm.average.users })
    table.insert(result.differences, {
      arm = arm.label, against = other.label, metric = metric, difference = found.difference,
      interval = found.interval, uncorrected_p = over_seeds.p, n = found.n, users = found.units,
      by_seed = over_seeds.by_seed,
      seed_interval = #over_seeds.by_seed > 1 and over_seeds.interval or nil,
    })
  end
end

-- Leaves out the controls of policies that chose nothing for any seed.
function Result:forget_idle_controls()
  local kept = {}
  for _, arm in ipairs(self.arms) do
    local most = math.max(table.unpack(each(arm, function(found) return found.dropped end)))
    if not arm.of or most > 0 then kept[#kept + 1] = arm end
  end
  self.arms = kept
end

-- Averages over seeds and compares each policy with no removal and with its controls.
function Result:finish()
  self:forget_idle_controls()
  for _, arm in ipairs(self.arms) do
    arm.average = nj.metrics.averaged(each(arm, function(found) return found.report end),
      { resamples = self.resamples })
  end
  for _, label in ipairs(self.policies) do
    local arm = self:arm(label)
    compare(self, arm, self:arm "none")
    for _, other in ipairs(self.arms) do
      if other.of == label then compare(self, arm, other) end
    end
  end
  local p_values = {}
  for place, one in ipairs(self.differences) do p_values[place] = one.uncorrected_p end
  for place, p in ipairs(nj.stats.holm(p_values)) do self.differences[place].p = p end
  self.protocol = self.arms[1].average.protocol
  return self
end

--- The difference of a policy from another arm in a metric, such as "random" and "MRR".
---@return table
function Result:difference(policy, against, metric)
  for _, one in ipairs(self.differences) do
    if one.arm == policy and one.against == against
      and (metric == nil or one.metric:lower() == metric:lower()) then
      return one
    end
  end
  error(("there is no difference of '%s' from '%s'%s; print the result to see which there are")
    :format(tostring(policy), tostring(against), metric and " in " .. metric or ""), 2)
end

--- What a policy chose for one of the seeds, and its scores if it has some.
---@param policy string
---@param place? integer which of the seeds, the first when left out
---@return nj.Selection
---@return nj.Tensor?
function Result:selection(policy, place)
  for _, arm in ipairs(self.arms) do
    local found = arm.label == policy and not arm.of and arm.found[place or 1]
    if found and found.selection then return found.selection, found.scores end
  end
  error(("there is no selection of '%s'; the policies are %s"):format(
    tostring(policy), table.concat(self.policies, ", ")), 2)
end

-- Forms -----------------------------------------------------------------------------------------

--- All figures as plain values, for nj.write_json.
---@return table
function Result:table()
  local arms = {}
  for place, arm in ipairs(self.arms) do
    local means = {}
    for _, metric in ipairs(arm.average.metrics) do
      means[metric] = each(arm, function(found) return found.report:mean(metric) end)
    end
    arms[place] = {
      arm = arm.label, control_of = arm.of, means = means,
      dropped = each(arm, function(found) return found.dropped end),
      seconds = arm.of == nil and each(arm, function(found) return found.seconds end) or nil,
    }
  end
  return {
    experiment = self.kind, protocol = self.protocol, seeds = self.seeds, train = self.n_train,
    train_digest = self.train_digest,
    correction = "Holm", comparisons = #self.differences, resamples = self.resamples,
    chosen_with_test_data = self.leaks, arms = arms, differences = self.differences,
  }
end

--- Writes all figures to a file.
---@param file string
function Result:json(file) nj.write_json(file, self:table()) end

--- Draws the differences in one metric with their intervals over users, by gnuplot.
---@param file string such as removal.svg
---@param options? { metric?: string }
function Result:plot(file, options)
  local metric = options and options.metric or self.differences[1].metric
  local metrics = self.arms[1].average.metrics
  local is_known = false
  for _, one in ipairs(metrics) do is_known = is_known or one:lower() == metric:lower() end
  if not is_known then
    error(("there is no metric '%s' in this result; there are %s"):format(
      metric, table.concat(metrics, ", ")), 2)
  end
  local names, middle, low, high = {}, {}, {}, {}
  for _, one in ipairs(self.differences) do
    if one.metric:lower() == metric:lower() then
      local place = #names + 1
      names[place] = ("%s - %s"):format(one.arm, one.against)
      middle[place], low[place], high[place] = one.difference, one.interval[1], one.interval[2]
    end
  end
  nj.plot.intervals(file, {
    names = names, values = middle, low = low, high = high,
    title = ("%s: difference in %s, 95 %% intervals over users"):format(self.kind, metric),
  })
end

--- Numbers in few words: 84, or 80 to 84.
local function range(list)
  local low, high = math.min(table.unpack(list)), math.max(table.unpack(list))
  return low == high and tostring(low) or ("%d to %d"):format(low, high)
end

--- The line of one arm in the table of means.
local function arm_line(arm, name, width)
  local words = { ("%-" .. width .. "s %12s"):format(
    name, range(each(arm, function(found) return found.dropped end))) }
  for _, metric in ipairs(arm.average.metrics) do
    local values = each(arm, function(found) return found.report:mean(metric) end)
    local sd = deviation(values)
    words[#words + 1] = ("%.4f %-9s"):format(mean(values), sd and ("± %.4f"):format(sd) or "")
  end
  if not arm.of then
    words[#words + 1] = ("%7.1f"):format(mean(each(arm, function(found) return found.seconds end)))
  end
  return (table.concat(words, " "):gsub("%s+$", ""))
end

local function interval_text(interval)
  return interval and ("[%+.4f, %+.4f]"):format(interval[1], interval[2]) or ""
end

function Result:__tostring()
  local lines = {
    ("%s of training examples: %d examples, %d seed%s%s"):format(
      self.kind, self.n_train, #self.seeds, #self.seeds == 1 and "" or "s",
      self.leaks and "" or ", chosen by validation examples alone"),
    self.protocol,
  }
  if self.leaks then
    lines[#lines + 1] = "LEAKAGE: a choice, or when to stop, was decided with TEST data."
  end
  local width = 0
  for _, arm in ipairs(self.arms) do width = math.max(width, #arm.label + (arm.of and 2 or 0)) end
  local header = ("%-" .. width .. "s %12s"):format("arm", "chosen")
  for _, metric in ipairs(self.arms[1].average.metrics) do
    header = header .. (" %-16s"):format(metric)
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = header .. " seconds"
  for _, arm in ipairs(self.arms) do
    lines[#lines + 1] = arm_line(arm, arm.of and "  " .. arm.label or arm.label, width)
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = ("%-" .. 2 * width + 3 .. "s %-10s %10s  %-20s %-20s %s"):format(
    "difference", "metric", "mean", "95 % of these models", "95 % with training", "p (Holm)")
  for _, one in ipairs(self.differences) do
    lines[#lines + 1] = ("%-" .. 2 * width + 3 .. "s %-10s %+10.4f  %-20s %-20s %.4f"):format(
      one.arm .. " - " .. one.against, one.metric, one.difference, interval_text(one.interval),
      interval_text(one.seed_interval), one.p)
  end
  lines[#lines + 1] = ("of these models: bootstrap of %d users, %d resamples; with training:"
    .. " Student's t over users and seeds"):format(self.differences[1].users, self.resamples)
  lines[#lines + 1] = ("p: that of %s, corrected by Holm over %d comparisons"):format(
    #self.seeds > 1 and "other users and other trainings"
      or "other users of these models alone; more seeds tell of training", #self.differences)
  return table.concat(lines, "\n")
end

return module
