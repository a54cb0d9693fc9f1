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
    local matrix = standardised(nj.tensor.stack(columns, { axis = 2 }))

    local count = math.min(#ctx.train, math.floor(opt.keep * #ctx.train + 0.5))
    local chosen, open = {}, nj.tensor.zeros(#ctx.train) -- minus infinity once chosen
    local sum = nj.tensor.zeros(#columns)
    for taken = 1, count do
      if taken % 64 == 0 then ctx:progress(taken, count) end
      local gains = (matrix - sum / math.max(1, taken - 1)):max{ axis = 2 } + open
      local best = gains:argmax()
      chosen[taken] = best
      open[best] = -math.huge
      sum = sum + matrix[best]
    end
    return ctx:keep(chosen, { reason = "helps no task that lacks help" })
  end,
}
