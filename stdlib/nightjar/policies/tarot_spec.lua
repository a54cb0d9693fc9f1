--- Features around three modes; candidates are 60 of each mode and 60 of junk, in this order, and
--- of 200 targets 160 are of the first mode, 30 of the second and 10 of the third.
local users, items = {}, {}
for row = 1, 240 do users[row], items[row] = row % 20 + 1, row % 7 + 1 end
local train = nj.data.interactions{ users = users, items = items }:whole():windows{ length = 3 }
local modes = { { 6, 0, 0 }, { 0, 6, 0 }, { 0, 0, 6 }, { -4, -4, -4 } }

local function around(counts, seed)
  local rows = {}
  local noise = nj.tensor.normal{ shape = { 400, 4 }, deviation = 0.7, seed = seed }
  for mode, count in ipairs(counts) do
    for _ = 1, count do
      local place, row = #rows + 1, {}
      for axis = 1, 3 do row[axis] = modes[mode][axis] + noise[place][axis] end
      row[4] = noise[place][4]
      rows[place] = row
    end
  end
  return nj.tensor(rows)
end

local candidates, targets = around({ 60, 60, 60, 60 }, 1), around({ 160, 30, 10 }, 2)

--- How many of each mode are kept, and all that are.
local function kept(options)
  options.train, options.target = train, train
  options.features = options.features or { train = candidates, target = targets }
  local selection = nj.policies.tarot(options)
  local counts, dropped = { 0, 0, 0, 0 }, {}
  local weights = selection.weights
  for place, id in ipairs(selection.ids) do dropped[id] = weights[place] == 0 end
  for position = 1, #train do
    if not dropped[position] then
      local mode = (position - 1) // 60 + 1
      counts[mode] = counts[mode] + 1
    end
  end
  return counts, selection
end

describe("the TAROT policy", function()
  it("keeps some of every mode, where mean influence starves the small ones", function()
    local counts = kept{ keep = 0.25 }
    assert.equal(60, counts[1] + counts[2] + counts[3] + counts[4])
    assert.is_truthy(counts[3] >= 0.03 * 60, "third mode: " .. counts[3])
    assert.is_truthy(counts[4] < 0.05 * 60, "junk: " .. counts[4])
    local scores = candidates:matmul(targets:mean{ axis = 1, keep = true }:transpose())
    local _, top = scores:reshape(#train):topk(60)
    for _, position in ipairs(top) do assert.is_truthy(position <= 60) end
  end)

  it("finds the size itself, with little junk and all modes", function()
    local counts = kept{ mode = "otm" }
    local total = counts[1] + counts[2] + counts[3] + counts[4]
    assert.is_truthy(total > 20 and total < 240, "kept " .. total)
    assert.is_truthy(counts[2] > 0 and counts[3] > 0)
    assert.is_truthy(counts[4] <= 0.05 * total, "junk: " .. counts[4])
  end)

  it("repeats what lies where targets are many", function()
    local _, selection = kept{ mode = "otm", repeats = 3 }
    local whole, most = true, 0
    for _, weight in ipairs(selection.weights) do
      whole = whole and weight == math.floor(weight)
      most = math.max(most, weight)
    end
    assert.is_true(whole)
    assert.equal(3, most)
  end)

  it("is not ruled by one long coordinate, unless whitening is off", function()
    local scale = nj.tensor{ 1, 1, 1, 1000 }
    local long = { train = candidates * scale, target = targets * scale }
    local _, usual = kept{ keep = 0.25 }
    local _, whitened = kept{ keep = 0.25, features = long }
    local _, plain = kept{ keep = 0.25, features = long, whiten = false }
    assert.same(usual.ids, whitened.ids)
    local is_usual, others = {}, 0
    for _, id in ipairs(usual.ids) do is_usual[id] = true end
    for _, id in ipairs(plain.ids) do if not is_usual[id] then others = others + 1 end end
    assert.is_truthy(others > 10, "kept with whitening alone: " .. others)
  end)

  it("keeps the nearest of a single target first", function()
    local one = nj.tensor{ { 6, 0, 0, 0 } }
    local counts = kept{ keep = 10 / 240, features = { train = candidates, target = one } }
    assert.same({ 10, 0, 0, 0 }, counts)
  end)

  it("keeps nothing, or everything, when asked", function()
    assert.same({ 0, 0, 0, 0 }, (kept{ keep = 0 }))
    assert.same({ 60, 60, 60, 60 }, (kept{ keep = 1 }))
  end)
end)
