--- Attributions with known scores.
local function attribution(scores, own)
  return {
    total = function() return { tensor = function() return nj.tensor(scores) end } end,
    self = function() return { tensor = function() return nj.tensor(own or scores) end } end,
  }
end

local users, items = {}, {}
for row = 1, 200 do users[row], items[row] = row % 20 + 1, row % 7 + 1 end
local train = nj.data.interactions{ users = users, items = items }:whole():windows{ length = 3 }

local function kept(options)
  options.train, options.checkpoints = train, { "none" }
  local is_dropped, list = {}, {}
  for _, id in ipairs(nj.policies.dealrec(options).ids) do is_dropped[id] = true end
  for position = 1, #train do
    if not is_dropped[position] then list[#list + 1] = position end
  end
  return list
end

describe("the DEALRec policy", function()
  it("never keeps the hardest, and draws the rest from bins of equal width", function()
    -- Scores 1 to 200: the 20 highest go, and 18 bins of 10 give one each to a share of 18.
    local scores, none = {}, {}
    for position = 1, 200 do scores[position], none[position] = position, 0 end
    local list = kept{
      attribution = attribution(scores), effort = attribution(none), hardest = 0.1, bins = 18,
      keep = 18 / 200,
    }
    assert.equal(18, #list)
    for place, position in ipairs(list) do
      assert.equal(place, math.min(18, (position - 1) * 18 // 179 + 1))
    end
  end)

  it("gives small bins whole, and what they leave to the large ones", function()
    -- One bin of 2, one of 198.
    local scores, none = {}, {}
    for position = 1, 200 do scores[position], none[position] = position <= 2 and 1 or 0, 0 end
    local list = kept{
      attribution = attribution(scores), effort = attribution(none), hardest = 0, bins = 2,
      keep = 0.1,
    }
    assert.equal(20, #list)
    assert.same({ 1, 2 }, { list[1], list[2] })
  end)

  it("adds the effort, the root of self(), by its weight", function()
    local influence, squares = {}, {}
    for position = 1, 200 do
      influence[position], squares[position] = 0, (201 - position) ^ 2
    end
    local function lowest(lambda)
      return kept{
        attribution = attribution(influence), effort = attribution(influence, squares),
        lambda = lambda, hardest = 0.9, bins = 1, keep = 1,
      }
    end
    local list = lowest(0.5)
    assert.equal(20, #list)
    assert.equal(181, list[1])
    assert.equal(20, #lowest(0))
  end)

  it("has one damping for both solvers, and a scale for LiSSA", function()
    local asked, zeros, solvers = {}, {}, { lissa = nj.influence.lissa, cg = nj.influence.cg }
    for position = 1, 200 do zeros[position] = 0 end
    for solver in pairs(solvers) do
      rawset(nj.influence, solver, function(options)
        asked[solver] = options
        return attribution(zeros)
      end)
    end
    for solver, original in pairs(solvers) do
      kept{ effort = attribution(zeros), solver = solver, damping = 0.5, scale = 10 }
      rawset(nj.influence, solver, original)
    end
    assert.equal(0.5, asked.cg.damping)
    assert.is_nil(asked.cg.scale)
    assert.equal(0.5, asked.lissa.damping)
    assert.equal(10, asked.lissa.scale)
  end)

  it("draws the same for the same seed", function()
    local scores = {}
    for position = 1, 200 do scores[position] = position * 37 % 101 end
    local function drawn(seed)
      return kept{ attribution = attribution(scores), effort = attribution(scores), seed = seed }
    end
    assert.same(drawn(1), drawn(1))
    assert.is_not.same(drawn(1), drawn(2))
  end)
end)

describe("the DEALRec policy on a log with junk users", function()
  it("keeps about their share, as it covers all degrees of influence and effort", function()
    local world = nj.planted{ users = 100, items = 60, epochs = 3, junk_share = 0.2 }
    for _, solver in ipairs{ "lissa", "cg" } do
      local selection = nj.policies.dealrec{
        train = world.train, run = world.run, solver = solver, keep = 0.2,
      }
      local left = #world.train - #selection
      local junk = world:count "junk" - world:found(selection.ids, "junk")
      local base = world:count "junk" / #world.train
      assert.near(base, junk / left, 0.5 * base)
      assert.near(0.2, left / #world.train, 0.001)
    end
    world:remove()
  end)
end)

--- 150 sequences of 20 items: 30 of random items, 60 copies of 6 patterns, and walks along two
--- preferred successors of each item; and 100 walks more to test on. The kind of each comes third:
--- "junk", "walk", or the number of its pattern.
local function planted_sequences(seed)
  local n_items, length = 40, 20
  local values, at = nj.tensor.uniform{ shape = { 20000 }, seed = seed }:totable(), 0
  local function random(n)
    at = at + 1
    return 1 + math.floor(values[at] * n)
  end
  local successors = {}
  for item = 1, n_items do successors[item] = { random(n_items), random(n_items) } end
  local function walk()
    local list = { random(n_items) }
    while #list < length do
      list[#list + 1] = successors[list[#list]][random(10) <= 7 and 1 or 2]
    end
    return list
  end
  local function junk()
    local list = {}
    for place = 1, length do list[place] = random(n_items) end
    return list
  end
  local patterns, lists, kinds = {}, {}, {}
  for pattern = 1, 6 do patterns[pattern] = walk() end
  for place = 1, 250 do
    local pattern = place > 30 and place <= 90 and place % 6 + 1
    kinds[place] = place <= 30 and "junk" or pattern or "walk"
    lists[place] = place <= 30 and junk() or patterns[pattern] or walk()
  end
  local function sequences(first, last)
    local owners, asked = {}, {}
    for place = first, last do
      for _, item in ipairs(lists[place]) do
        owners[#owners + 1], asked[#asked + 1] = place - first + 1, item
      end
    end
    return nj.data.interactions{ users = owners, items = asked }:whole():chunks{ length = length }
  end
  return sequences(1, 150), sequences(151, 250), kinds
end

--- Which kinds a selection keeps, and the share of junk among them.
local function kept_kinds(selection, kinds)
  local is_dropped, seen, junk = {}, {}, 0
  for _, id in ipairs(selection.ids) do is_dropped[id] = true end
  for position = 1, 150 do
    if not is_dropped[position] then
      seen[kinds[position]] = true
      if kinds[position] == "junk" then junk = junk + 1 / (150 - #selection) end
    end
  end
  local patterns = 0
  for pattern = 1, 6 do patterns = patterns + (seen[pattern] and 1 or 0) end
  return patterns, junk
end

describe("the DEALRec policy on sequences, a fifth of them junk and two fifths copies", function()
  -- A tenth is 15 sequences, for six patterns of ten copies each. Means over 40 seeds:
  --   random                              junk 0.19, patterns 3.6 of 6, nDCG@10 0.727
  --   DEALRec                             junk 0.19, patterns 4.8,      nDCG@10 0.756
  --   DEALRec, lambda 2 and hardest 0.4   junk 0.12, patterns 4.9,      nDCG@10 0.760
  it("keeps more patterns than chance does, and with more effort and pruning less junk", function()
    local seeds, mean = 8, {}
    local function count(arm, seed_patterns, seed_junk, ndcg)
      mean[arm] = mean[arm] or { patterns = 0, junk = 0, ndcg = 0 }
      local figures = mean[arm]
      figures.patterns = figures.patterns + seed_patterns / seeds
      figures.junk = figures.junk + seed_junk / seeds
      figures.ndcg = figures.ndcg + (ndcg or 0) / seeds
    end
    for seed = 1, seeds do
      local all, test, kinds = planted_sequences(seed)
      local function fitted(examples, epochs, dir)
        local net = nj.models.sequence{
          items = 40, dim = 16, representation = "gru", loss = "softmax", seed = seed,
        }
        return net, nj.fit(net, examples, {
          epochs = epochs, lr = 1e-2, batch = 8, seed = seed,
          checkpoint = dir and { dir = dir, every = epochs },
        })
      end
      local function ndcg(selection)
        local net = fitted(all:without(selection), 40)
        return nj.evaluate(net, test, { "ndcg@10", resamples = 0 }):mean "ndcg@10"
      end
      local dir = os.tmpname()
      os.remove(dir)
      local _, run = fitted(all, 6, dir)
      local given = { train = all, run = run, keep = 0.1, seed = seed }
      local usual = nj.policies.dealrec(given)
      given.lambda, given.hardest = 2, 0.4
      local pruned = nj.policies.dealrec(given)
      local random = nj.policies.random{ train = all, share = 0.9, seed = seed }
      assert.equal(15, #all - #usual)
      assert.equal(15, #all - #pruned)
      assert.equal(15, #all - #random)
      for arm, selection in pairs{ usual = usual, pruned = pruned, random = random } do
        local patterns, junk = kept_kinds(selection, kinds)
        count(arm, patterns, junk, ndcg(selection))
      end
      for _, file in ipairs(run.checkpoints) do os.remove(file) end
      os.remove(run.newest)
      os.remove(dir)
    end
    local figures = {}
    for _, arm in ipairs{ "random", "usual", "pruned" } do
      figures[#figures + 1] = ("%s: %.1f patterns, junk %.3f, nDCG@10 %.3f"):format(
        arm, mean[arm].patterns, mean[arm].junk, mean[arm].ndcg)
    end
    figures = table.concat(figures, "; ")
    assert.is_truthy(mean.usual.patterns > mean.random.patterns, figures)
    assert.is_truthy(mean.pruned.patterns > mean.random.patterns, figures)
    assert.is_truthy(mean.pruned.junk <= 0.75 * 0.2, figures)
    assert.is_truthy(mean.pruned.ndcg > mean.random.ndcg, figures)
  end)
end)
