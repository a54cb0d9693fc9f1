--- Keeps examples that help every task, the least helped one next.
---
--- A task is one target example, or a group of them whose mean loss counts. Columns of influence,
--- one for each task, are standardised over the training examples, so that a task with long
--- gradients counts no more than another. Then the example is taken, again and again, that exceeds
--- the mean of those taken before by most on some task.
---
--- The abstract says that influence is normalised for each target example, and that "the training
--- example with the highest influence on the most underrepresented task" comes next; the formula
--- below is a reading of that. rule = "lowest" is another: the most underrepresented task is the
--- one with the lowest mean over those taken before, and the best example for it comes next.
---
--- Scores of all pairs are in memory, several times over: some 20 bytes for each training example
--- and task. So no more than `targets` single examples are tasks.

--- The positions of the targets of each task, tasks in the order in which they first come.
local function grouped(labels)
  local sets, place_of = {}, {}
  for position, label in ipairs(labels) do
    if not place_of[label] then
      sets[#sets + 1] = {}
      place_of[label] = #sets
    end
    table.insert(sets[place_of[label]], position)
  end
  return sets
end

--- Influence: a row for each training example, a column for each task.
local function influence_on_tasks(ctx, opt)
  local target, labels = ctx.target, opt.tasks
  if labels == "each" then
    return ctx.influence:scores(ctx:sample(target, opt.targets, "targets")):tensor()
  end
  if labels == "users" then labels = target.users end
  if type(labels) ~= "table" then
    error(("tasks must be each, users, or a list of labels, got '%s'"):format(labels), 0)
  end
  if #labels ~= #target then
    error(("tasks has %d entries for %d target examples; give one for each")
      :format(#labels, #target), 0)
  end
  local sets, columns = {}, {}
  for task, positions in ipairs(grouped(labels)) do sets[task] = target:subset(positions) end
  for task, scores in ipairs(ctx.influence:totals(sets)) do columns[task] = scores:tensor() end
  return nj.tensor.stack(columns, { axis = 2 })
end

--- Each column with mean 0 and deviation 1; a column without deviation is 0.
local function standardised(matrix)
  local deviation = matrix:std{ axis = 1 }
  local safe = nj.tensor.where(deviation:gt(0), { yes = deviation, no = 1 })
  return (matrix - matrix:mean{ axis = 1 }) / safe
end

--- The examples from best to worst for one task, found as far as they are needed.
local function descending(column)
  local order, known, at = nil, 0, 0
  return function()
    if at == known then
      known = math.min(#column, math.max(256, 2 * known))
      order = nj.tensor(select(2, column:topk(known)))
    end
    at = at + 1
    return math.tointeger(order[at])
  end
end

--- Takes `count` examples, each the best for the task that the rule names.
---
--- An example's largest gain is on some task, and on one task that of its highest score is the
--- largest; so the choice is among the best of each task that are not taken yet.
local function greedy(ctx, matrix, count, rule)
  local n_tasks, columns = matrix.shape[2], matrix:transpose()
  local next_of, first, tasks_of, is_chosen = {}, {}, {}, {}
  local best, sum = nj.tensor.zeros{ n_tasks }, nj.tensor.zeros{ n_tasks }
  local function advance(task)
    local position
    repeat position = next_of[task]() until not is_chosen[position]
    tasks_of[position] = tasks_of[position] or {}
    table.insert(tasks_of[position], task)
    first[task], best[task] = position, columns[task][position]
  end
  for task = 1, n_tasks do
    next_of[task] = descending(columns[task])
    advance(task)
  end
  local chosen = {}
  for taken = 1, count do
    if taken % 1024 == 0 then ctx:progress(taken, count) end
    local mean = sum / math.max(1, taken - 1)
    local task = (rule == "lowest" and taken > 1 and -mean or best - mean):argmax()
    local position = first[task]
    chosen[taken], is_chosen[position] = position, true
    sum = sum + matrix[position]
    if taken < count then
      for _, waiting in ipairs(tasks_of[position]) do advance(waiting) end
    end
  end
  return chosen
end

return nj.policy{
  name = "bids", summary = "Keeps examples that help every task, the least helped one next.",
  source = "Q. Dai, D. Zhang, J. W. Ma, H. Peng, 2025 (BIDS)",
  formula = "A'_ij = (A_ij - mean_j) / sd_j; add argmax_i max_j (A'_ij - mean of A'_sj over chosen"
    .. " s)",
  utility = "influence on each task", mechanism = "greedy, by the largest gain on some task",
  objective = "balance between tasks",
  needs = { "influence", "target" },
  options = {
    keep = { 0.1, "share of the examples to keep", min = 0, max = 1 },
    tasks = { type = "string | table", default = "each",
      "each target example, its users, or a list with the task of each" },
    targets = { 200, "most target examples when each is a task, drawn by the seed", min = 1 },
    rule = { "gain", "what comes next: the largest gain, or the best for the task with the lowest"
      .. " mean", { "gain", "lowest" } },
  },
  select = function(ctx, opt)
    local matrix = standardised(influence_on_tasks(ctx, opt))
    local count = math.min(#ctx.train, math.floor(opt.keep * #ctx.train + 0.5))
    return ctx:keep(greedy(ctx, matrix, count, opt.rule),
      { reason = "helps no task that lacks help" })
  end,
}
