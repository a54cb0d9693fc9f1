--- Forty examples, the first half of which help the targets of user 1 and the others those of user
--- 2; targets 1 and 2 are of user 1, 3 and 4 of user 2.
local log = nj.data.interactions{
  users = { 1, 1, 2, 2, 3, 3, 3, 3 }, items = { 1, 2, 1, 2, 1, 2, 3, 1 },
}
local target = log:whole():windows{ length = 3 }:subset{ 1, 2, 3, 4 }
local users, items = {}, {}
for row = 1, 40 do users[row], items[row] = row % 20 + 1, row % 7 + 1 end
local train = nj.data.interactions{ users = users, items = items }:whole():windows{ length = 3 }

--- An attribution whose influence on user 2 is `scale` times as large.
local function influence(scale)
  local noise = nj.tensor.normal{ shape = { #train, 4 }, seed = 3 }
  local function score(position, row)
    local of_first = row <= 2
    local helps = (position <= #train // 2) == of_first
    return (noise[position][row] + (helps and 4 or 0)) * (of_first and 1 or scale)
  end
  return {
    scores = function(_, targets)
      local rows = {}
      for position = 1, #train do
        rows[position] = {}
        for place, row in ipairs(targets.rows) do rows[position][place] = score(position, row) end
      end
      return { tensor = function() return nj.tensor(rows) end }
    end,
    totals = function(_, sets)
      local found = {}
      for task, set in ipairs(sets) do
        local column = {}
        for position = 1, #train do
          column[position] = 0
          for _, row in ipairs(set.rows) do
            column[position] = column[position] + score(position, row) / #set
          end
        end
        found[task] = { tensor = function() return nj.tensor(column) end }
      end
      return found
    end,
  }
end

local function kept(options)
  options.train, options.target = options.train or train, options.target or target
  local is_dropped, list = {}, {}
  for _, id in ipairs(nj.policies.bids(options).ids) do is_dropped[id] = true end
  for position = 1, #options.train do
    if not is_dropped[position] then list[#list + 1] = position end
  end
  return list
end

--- The first `count` choices by a rule, sorted, found by trying all examples on all tasks.
local function by_trying(matrix, count, rule)
  local n_tasks, columns = matrix.shape[2], {}
  for task, column in ipairs(matrix:transpose():totable()) do
    local mean, variance = 0, 0
    for _, value in ipairs(column) do mean = mean + value / #column end
    for _, value in ipairs(column) do variance = variance + (value - mean) ^ 2 / #column end
    columns[task] = {}
    for position, value in ipairs(column) do
      columns[task][position] = (value - mean) / math.sqrt(variance)
    end
  end
  local chosen, list, mean = {}, {}, {}
  for taken = 1, count do
    local lowest = 1
    for task = 1, n_tasks do
      mean[task] = 0
      for _, position in ipairs(list) do
        mean[task] = mean[task] + columns[task][position] / #list
      end
      if mean[task] < mean[lowest] then lowest = task end
    end
    local best, gain = nil, -math.huge
    for position = 1, #train do
      for task = 1, n_tasks do
        local own = columns[task][position] - mean[task]
        local counts = rule == "gain" or taken == 1 or task == lowest
        if counts and not chosen[position] and own > gain then best, gain = position, own end
      end
    end
    chosen[best], list[taken] = true, best
  end
  table.sort(list)
  return list
end

describe("the BIDS policy", function()
  it("takes from tasks alike, where the highest totals are nearly all of one", function()
    local matrix = influence(10):scores(target):tensor()
    local _, top = matrix:sum{ axis = 2 }:topk(#train // 4)
    local of_second = 0
    for _, position in ipairs(top) do
      if position > #train // 2 then of_second = of_second + 1 end
    end
    assert.is_truthy(of_second / #top > 0.9)
    for _, tasks in ipairs{ "each", "users" } do
      local list = kept{ influence = influence(10), keep = 0.25, tasks = tasks }
      local first = 0
      assert.equal(#train // 4, #list)
      for _, position in ipairs(list) do
        if position <= #train // 2 then first = first + 1 end
      end
      assert.near(0.5, first / #list, 0.1)
    end
  end)

  it("chooses the same whatever the scale of a task", function()
    for _, tasks in ipairs{ "each", "users" } do
      for _, rule in ipairs{ "gain", "lowest" } do
        local options = { keep = 0.5, tasks = tasks, rule = rule, influence = influence(1) }
        local usual = kept(options)
        options.influence = influence(10)
        assert.same(usual, kept(options))
      end
    end
  end)

  it("is the greedy choice of either rule", function()
    local each = influence(1):scores(target):tensor()
    local pair = nj.tensor{ { 0.5, 0 }, { 0.5, 0 }, { 0, 0.5 }, { 0, 0.5 } }
    for _, rule in ipairs{ "gain", "lowest" } do
      for _, count in ipairs{ 1, 2, 8, 20, 39 } do
        assert.same(by_trying(each, count, rule),
          kept{ influence = influence(1), keep = count / #train, rule = rule })
        assert.same(by_trying(each:matmul(pair), count, rule),
          kept{ influence = influence(1), keep = count / #train, rule = rule, tasks = "users" })
      end
    end
  end)

  it("keeps nothing, or everything, when asked", function()
    assert.equal(0, #kept{ influence = influence(1), keep = 0 })
    assert.equal(#train, #kept{ influence = influence(1), keep = 1 })
  end)

  it("asks for as many targets as it is told, drawn by the seed", function()
    local asked = {}
    local function rows(seed)
      local real = influence(1)
      local watched = {
        scores = function(_, targets)
          asked = targets.rows
          return real:scores(targets)
        end,
      }
      kept{ influence = watched, targets = 2, seed = seed }
      return asked
    end
    assert.equal(2, #rows(1))
    assert.same(rows(1), rows(1))
    assert.is_not.same(rows(1), rows(4))
  end)

  it("takes tasks by name, and wants one for each target example", function()
    assert.same(kept{ influence = influence(1), tasks = "users" },
      kept{ influence = influence(1), tasks = { "a", "a", "b", "b" } })
    local ok, message = pcall(kept, { influence = influence(1), tasks = { "a" } })
    assert.is_false(ok)
    assert.matches("tasks has 1 entries for 4 target examples", message)
    ok, message = pcall(kept, { influence = influence(1), tasks = "user" })
    assert.is_false(ok)
    assert.matches("tasks must be each, users, or a list of labels, got 'user'", message)
  end)

  it("has single targets from a trained model's scores of all pairs", function()
    local world = nj.planted{ users = 60, items = 40, epochs = 2 }
    local own = {}
    for position = 1, #world.valid do own[position] = position end
    local options = { train = world.train, target = world.valid, influence = world.influence }
    options.targets = #own
    local each = kept(options)
    options.tasks, options.targets = own, nil
    assert.same(each, kept(options))
    world:remove()
  end)
end)
