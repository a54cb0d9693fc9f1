--- Keeps examples that help every task, the least helped one next.
---
--- A task is a group of target examples, each user's own unless tasks says otherwise. The influence
--- of an example on a task is on the mean loss of its targets. Columns are standardised, so that a
--- task with long gradients counts no more than another; then the example is taken, again and
--- again, that exceeds the mean of those taken before by most on some task.

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

--- What a task would gain most from next: the highest of its column that is not chosen yet.
---
--- An example's largest gain is on some task, and on one task that of its highest score is the
--- largest; so the greedy choice is among the heads of the columns, whose order never changes.
local function task_of(column)
  return { scores = column, order = nil, known = 0, at = 0, position = nil, score = nil, sum = 0 }
end

--- Goes on to the next example that is not chosen. The order is found as far as it is needed.
local function advance(task, is_chosen)
  repeat
    if task.at == task.known then
      task.known = math.min(#task.scores, math.max(256, 2 * task.known))
      task.order = nj.tensor(select(2, task.scores:topk(task.known)))
    end
    task.at = task.at + 1
    task.position = math.tointeger(task.order[task.at])
  until not is_chosen[task.position]
  task.score = task.scores[task.position]
end

--- Each column with mean 0 and deviation 1; a column without deviation is 0.
local function standardised(matrix)
  local deviation = matrix:std{ axis = 1 }
  local safe = nj.tensor.where(deviation:gt(0), { yes = deviation, no = 1 })
  return (matrix - matrix:mean{ axis = 1 }) / safe
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
    tasks = { type = "table", optional = true,
      "the task of each target example; its user when left out" },
  },
  select = function(ctx, opt)
    local target = ctx.target
    local labels = opt.tasks or target.users
    if #labels ~= #target then
      error(("tasks has %d entries for %d target examples; give one for each")
        :format(#labels, #target), 0)
    end
    local sets = {}
    for task, positions in ipairs(grouped(labels)) do sets[task] = target:subset(positions) end
    local columns = {}
    for task, scores in ipairs(ctx.influence:totals(sets)) do columns[task] = scores:tensor() end
    local matrix = standardised(nj.tensor.stack(columns, { axis = 2 })):transpose()

    local count = math.min(#ctx.train, math.floor(opt.keep * #ctx.train + 0.5))
    local tasks, chosen, is_chosen = {}, {}, {}
    for task = 1, #columns do tasks[task] = task_of(matrix[task]) end
    for taken = 1, count do
      if taken % 1024 == 0 then ctx:progress(taken, count) end
      local best, gain
      for _, task in ipairs(tasks) do
        if task.position == nil or is_chosen[task.position] then advance(task, is_chosen) end
        local own = task.score - task.sum / math.max(1, taken - 1)
        if best == nil or own > gain or own == gain and task.position < best then
          best, gain = task.position, own
        end
      end
      chosen[taken], is_chosen[best] = best, true
      for _, task in ipairs(tasks) do task.sum = task.sum + task.scores[best] end
    end
    return ctx:keep(chosen, { reason = "helps no task that lacks help" })
  end,
}
