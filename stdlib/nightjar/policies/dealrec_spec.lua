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
