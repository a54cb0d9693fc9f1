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

  it("takes no neighbour at more than a right angle when it finds the size", function()
    local features = {
      train = nj.tensor{ { -1, 0.5 }, { -1, -0.5 }, { -0.2, 1 }, { -0.2, -1 } },
      target = nj.tensor{ { 1.2, 0 }, { 1.2, 0 } },
    }
    local function size(mode)
      local selection = nj.policies.tarot{
        train = train:subset{ 1, 2, 3, 4 }, target = train, mode = mode, keep = 0.5, whiten = false,
        features = features,
      }
      return 4 - #selection
    end
    assert.equal(2, size "size")
    assert.equal(0, size "otm")
  end)

  it("apportions weights by potentials and largest remainder, or by mirrored ones", function()
    -- Around two targets at angle 0: 4 candidates each at 60 and -60 degrees, at distance 1, and 4
    -- at 180, at distance 2. All is carried to one place, so a potential is its distance less a
    -- constant, which makes both means 2/3: 1/3 and 4/3. With 4/3 for each target the sum is 32/3,
    -- and 12 / (32/3) = 9/8 makes them 3/8 and 3/2: floors 0 and 1, and 6 are left for six rests
    -- of 1/2. Mirrored they are 4/3 and 1/3, the sum is 44/3: 12/11 and 3/11 give floors 1 and 0,
    -- and 2 are left for the four rests of 3/11.
    local rows, height = {}, math.sqrt(3) / 2
    for place = 1, 4 do
      rows[place], rows[place + 4], rows[place + 8] =
        { 0.5, height }, { 0.5, -height }, { -1.5, 0 }
    end
    local positions = {}
    for place = 1, 12 do positions[place] = place end
    local function weights(potential)
      local selection = nj.policies.tarot{
        train = train:subset(positions), target = train, keep = 1, whiten = false,
        weighting = "apportioned", potential = potential,
        features = { train = nj.tensor(rows), target = nj.tensor{ { 1, 0 }, { 1, 0 } } },
      }
      local found = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }
      for place, id in ipairs(selection.ids) do found[id] = selection.weights[place] end
      return found
    end
    assert.same({ 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2 }, weights "high")
    assert.same({ 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0 }, weights "low")
  end)
end)

--- Two groups of 20 users, the first of whom choose among items 1 to 15 and the others among 16
--- to 30, and a model that learned from both.
local function two_groups()
  local owners, chosen = {}, {}
  local draws = nj.tensor.uniform{ shape = { 40 * 12 }, seed = 5 }:totable()
  for place, draw in ipairs(draws) do
    owners[place] = (place - 1) // 12 + 1
    chosen[place] = 1 + math.floor(15 * draw) + (owners[place] > 20 and 15 or 0)
  end
  local parts = nj.data.interactions{ users = owners, items = chosen }:split{
    by = "tail", valid = 0.1, test = 0.1, min_rows = 5,
  }
  local examples, dir = parts.train:windows{ length = 5 }, os.tmpname()
  os.remove(dir)
  local net = nj.models.lstm{ items = 30, dim = 8, hidden = 8, seed = 1 }
  local run = nj.fit(net, examples,
    { epochs = 2, lr = 1e-2, seed = 1, checkpoint = { dir = dir, every = 1 } })
  local function remove()
    for _, file in ipairs(run.checkpoints) do os.remove(file) end
    os.remove(run.newest)
    os.remove(dir)
  end
  return examples, parts.valid:windows{ length = 5 }, run, remove
end

describe("the TAROT policy with the gradients of a model", function()
  it("keeps the examples of the group that the targets are of", function()
    local examples, valid, run, remove = two_groups()
    local of_first = {}
    for position, user in ipairs(valid.users) do
      if user <= 20 then of_first[#of_first + 1] = position end
    end
    local target = valid:subset(of_first)
    local selection = nj.policies.tarot{
      train = examples, target = target, run = run, keep = 0.25, dimension = 64, seed = 3,
    }
    local is_dropped, right = {}, 0
    for _, id in ipairs(selection.ids) do is_dropped[id] = true end
    for position, user in ipairs(examples.users) do
      if not is_dropped[position] and user <= 20 then right = right + 1 end
    end
    local share = right / (#examples - #selection)
    assert.is_truthy(share >= 0.9, ("%.2f of them, by chance 0.5"):format(share))
    remove()
  end)

  it("sums their features over the checkpoints", function()
    local examples, valid, run, remove = two_groups()
    local target, features = valid:subset{ 1 }, {}
    for name, of in pairs{ train = examples, target = target } do
      for _, file in ipairs(run.checkpoints) do
        local found = nj.influence.features(of, { checkpoint = file, dimension = 64, seed = 3 })
        features[name] = features[name] and features[name] + found or found
      end
    end
    local own = nj.policies.tarot{
      train = examples, target = target, run = run, keep = 0.25, dimension = 64, seed = 3,
    }
    local given =
      nj.policies.tarot{ train = examples, target = target, keep = 0.25, features = features }
    assert.same(given.ids, own.ids)
    remove()
  end)
end)
