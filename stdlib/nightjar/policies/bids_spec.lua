--- Forty examples, the first half of which help task 1 and the others task 2; targets 1 and 2 are
--- of user 1, and so on.
local log = nj.data.interactions{
  users = { 1, 1, 2, 2, 3, 3, 3, 3 }, items = { 1, 2, 1, 2, 1, 2, 3, 1 },
}
local target = log:whole():windows{ length = 3 }:subset{ 1, 2, 3, 4 }
local users, items = {}, {}
for row = 1, 40 do users[row], items[row] = row % 20 + 1, row % 7 + 1 end
local train = nj.data.interactions{ users = users, items = items }:whole():windows{ length = 3 }

--- An attribution whose influence on task 2 is `scale` times as large.
local function influence(scale)
  local noise = nj.tensor.normal{ shape = { #train, 2 }, seed = 3 }
  return {
    totals = function(_, sets)
      assert.equal(2, #sets)
      local found = {}
      for task = 1, 2 do
        local column = {}
        for position = 1, #train do
          local helps = (position <= #train // 2) == (task == 1)
          column[position] =
            (noise[position][task] + (helps and 4 or 0)) * (task == 2 and scale or 1)
        end
        found[task] = { tensor = function() return nj.tensor(column) end }
      end
      return found
    end,
  }
end

local function kept(options)
  options.train, options.target = train, target
  local is_dropped, list = {}, {}
  for _, id in ipairs(nj.policies.bids(options).ids) do is_dropped[id] = true end
  for position = 1, #train do
    if not is_dropped[position] then list[#list + 1] = position end
  end
  return list
end

describe("the BIDS policy", function()
  it("takes from tasks alike, where the highest totals are nearly all of one", function()
    local list, first = kept{ influence = influence(10), keep = 0.25 }, 0
    assert.equal(#train // 4, #list)
    for _, position in ipairs(list) do
      if position <= #train // 2 then first = first + 1 end
    end
    assert.near(0.5, first / #list, 0.1)
    local totals = influence(10):totals{ {}, {} }
    local sum = totals[1]:tensor() + totals[2]:tensor()
    local _, top = sum:topk(#list)
    local of_second = 0
    for _, position in ipairs(top) do
      if position > #train // 2 then of_second = of_second + 1 end
    end
    assert.is_truthy(of_second / #list > 0.9)
  end)

  it("chooses the same whatever the scale of a task", function()
    assert.same(kept{ influence = influence(1), keep = 0.5 },
      kept{ influence = influence(10), keep = 0.5 })
  end)

  it("is the greedy choice of the formula", function()
    local totals, matrix = influence(1):totals{ {}, {} }, {}
    for task = 1, 2 do
      local column, mean, variance = totals[task]:tensor():totable(), 0, 0
      for _, value in ipairs(column) do mean = mean + value / #column end
      for _, value in ipairs(column) do variance = variance + (value - mean) ^ 2 / #column end
      matrix[task] = {}
      for position, value in ipairs(column) do
        matrix[task][position] = (value - mean) / math.sqrt(variance)
      end
    end
    local chosen, expected, sum = {}, {}, { 0, 0 }
    for taken = 1, 8 do
      local best, gain = nil, -math.huge
      for position = 1, #train do
        for task = 1, 2 do
          local own = matrix[task][position] - sum[task] / math.max(1, taken - 1)
          if not chosen[position] and own > gain then best, gain = position, own end
        end
      end
      chosen[best] = true
      expected[taken] = best
      for task = 1, 2 do sum[task] = sum[task] + matrix[task][best] end
    end
    table.sort(expected)
    assert.same(expected, kept{ influence = influence(1), keep = 8 / #train })
  end)

  it("takes tasks by name, and wants one for each target example", function()
    assert.equal(10, #kept{
      influence = influence(1), keep = 10 / #train, tasks = { "a", "b", "b", "a" } })
    local ok, message = pcall(kept, { influence = influence(1), tasks = { "a" } })
    assert.is_false(ok)
    assert.matches("tasks has 1 entries for 4 target examples", message)
  end)
end)
