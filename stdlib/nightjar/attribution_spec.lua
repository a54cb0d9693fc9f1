local attribution = require "nightjar.attribution"

--- Eight users go round nine items; user 8 copies user 7.
local users, items = {}, {}
for user = 1, 8 do
  for step = 1, 8 do
    users[#users + 1], items[#items + 1] = user, (math.min(user, 7) + step) % 9 + 1
  end
end
local log = nj.data.interactions{ users = users, items = items }
local train = log:whole():windows{ length = 4 }

local function make(seed)
  return nj.models.lstm{ items = log.n_items, dim = 4, hidden = 4, seed = seed }
end

local function retrain(more)
  local all = {
    model = make, train = train, targets = train:subset{ 1, 9, 17, 33 }, epochs = 3, batch = 8,
    lr = 0.05,
  }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

describe("removal", function()
  local scores = {}
  for place = 1, #train do scores[place] = place end
  local found = attribution.removal{
    scores = { climbing = nj.tensor(scores) }, counts = { 2, 40 }, draws = 2, retrain = retrain(),
  }

  it("trains on all, on what random draws leave, and without each end of the scores", function()
    assert.are.equal(1 + 2 * (2 + 2), #found.runs.subsets)
    assert.are.same({}, found.runs.subsets:left_out(1))
    assert.are.equal(40, #found.runs.subsets:left_out(7))
    assert.are.same({ #train - 1, #train }, found.runs.subsets:left_out(4))
    assert.are.same({ 1, 2 }, found.runs.subsets:left_out(5))
  end)

  it("tells each arm's loss less that of the random draws", function()
    local losses = found.runs:values()
    assert.near(losses[1]:mean(), found.whole.loss, 1e-6)
    local row = found.rows[2]
    assert.are.same({ "climbing", "helpful", 2 }, { row.method, row.arm, row.count })
    assert.near(losses[4]:mean(), row.figures.loss.mean, 1e-6)
    local random = (losses[2]:mean() + losses[3]:mean()) / 2
    assert.near(losses[4]:mean() - random, row.figures.loss.difference, 1e-5)
    assert.near(random, found.rows[1].figures.loss.mean, 1e-5)
    assert.is_nil(found.rows[1].figures.loss.difference)
  end)

  it("finds that training without nearly all teaches less", function()
    assert.is_true(found.rows[4].figures.loss.mean > found.rows[1].figures.loss.mean)
  end)

  it("keeps instead of removing when asked to", function()
    local kept = attribution.removal{
      scores = { climbing = nj.tensor(scores) }, counts = { 2 }, draws = 2, keep = true,
      retrain = retrain(),
    }
    assert.are.same({ #train - 1, #train }, kept.runs.subsets:kept(4))
  end)

  it("refuses counts that leave nothing, and options that it does not know", function()
    local function failing(options)
      options.scores, options.retrain = {}, retrain()
      local ok, message = pcall(attribution.removal, options)
      assert.is_false(ok)
      return message
    end
    assert.matches("cannot remove 64 of 64 training examples", failing{ counts = { 64 } })
    assert.matches("unknown option 'count' to 'removal'", failing{ count = { 1 } })
  end)
end)

describe("stability", function()
  it("is the mean rank correlation of all pairs", function()
    local up, down = nj.tensor{ 1, 2, 3 }, nj.tensor{ 3, 2, 1 }
    assert.near((1 - 1 - 1) / 3, attribution.stability{ up, up, down }, 1e-12)
  end)
end)

describe("the ceiling", function()
  local halves = nj.subsets.random(train, { count = 6 })

  it("is 1 for seeds that do nothing, as the order of whole batches", function()
    local runs = nj.retrain(retrain{
      subsets = halves, seeds = { 1, 2 }, model = make(1), shuffle = false })
    assert.near(1, attribution.ceiling(runs), 1e-12)
  end)

  it("is the correlation of mean losses with what they are without noise", function()
    -- Losses of 3 seeds: what the subset does, and noise of the same size.
    local subsets, seeds, effect = 400, { 1, 2, 3 }, nj.tensor.normal{ shape = { 400 }, seed = 9 }
    local by_seed, sum = {}, nj.tensor.zeros(subsets)
    for place in ipairs(seeds) do
      by_seed[place] = effect + nj.tensor.normal{ shape = { subsets }, seed = 10 + place }
      sum = sum + by_seed[place]
    end
    local ceiling, agreement = attribution.ceiling{
      seeds = seeds, targets = { 1 },
      values = function(_, _, options) return by_seed[options.seed]:reshape{ subsets, 1 } end,
    }
    assert.near(0.5, agreement, 0.06)
    local reached = nj.stats.spearman(effect:totable(), sum:totable())
    assert.near(reached, ceiling, 0.03)
  end)

  it("is unknown with one seed", function()
    assert.is_nil(attribution.ceiling(nj.retrain(retrain{ subsets = halves })))
  end)
end)

describe("twins", function()
  local twins = attribution.twins(train)

  it("are examples of equal histories and targets", function()
    assert.is_true(#twins >= 7)
    for _, pair in ipairs(twins) do
      assert.are.same(train:history(pair[1]), train:history(pair[2]))
      assert.are.equal(train.targets[pair[1]], train.targets[pair[2]])
    end
  end)

  it("are found by a score that tells them apart, and by chance by one that does not", function()
    local function knowing(asked)
      local rows = {}
      for place = 1, #train do
        rows[place] = {}
        for column = 1, #asked do
          local same = table.concat(train:history(place), " ")
            == table.concat(asked:history(column), " ")
          rows[place][column] = same and 1 or 0
        end
      end
      return nj.tensor(rows)
    end
    assert.are.equal(1, attribution.twin_hits(knowing, train, twins, 10))
    local function blind(asked) return nj.tensor.full({ #train, #asked }, 7) end
    assert.near(10 / (#train - 1), attribution.twin_hits(blind, train, twins, 10), 1e-12)
  end)
end)

describe("attribution.figure", function()
  local figure = attribution.figure

  it("puts in brackets what is no better than chance, and marks what is worse", function()
    assert.equal("0.900 [0.800, 0.950]", figure(0.9, { 0.8, 0.95 }, 0.5, 1))
    assert.equal("(0.600 [0.400, 0.800])", figure(0.6, { 0.4, 0.8 }, 0.5, 1))
    assert.equal("(0.036 [0.000, 0.107])<", figure(0.036, { 0, 0.107 }, 0.5, 1))
  end)

  it("knows where less is better", function()
    assert.equal("-0.200 [-0.300, -0.100]", figure(-0.2, { -0.3, -0.1 }, 0, -1))
    assert.equal("(0.200 [0.100, 0.300])<", figure(0.2, { 0.1, 0.3 }, 0, -1))
  end)

  it("takes an unknown interval for no proof", function()
    assert.equal("(0.700)", figure(0.7, { 0 / 0, 0 / 0 }, 0.5, 1))
  end)
end)
