--- A stand-in for an attribution with known scores.
local function influence(scores)
  return { total = function() return { tensor = function() return nj.tensor(scores) end } end }
end

local log = nj.data.interactions{ users = { 1, 1, 1, 1 }, items = { 1, 2, 3, 1 } }
local train = log:whole():windows{ length = 3 }

describe("the opponents policy", function()
  it("drops the most harmful examples, worst first", function()
    local selection = nj.policies.opponents{
      train = train, valid = train, influence = influence{ 0.5, -2, 0, -1 }, count = 2,
    }
    assert.same({ 2, 4 }, selection.ids)
    assert.equal("raises the loss of the target", selection.reason)
  end)

  it("takes the lowest of TracIn's totals when no attribution is given", function()
    local world = nj.planted{ users = 60, items = 40, epochs = 2 }
    local selection =
      nj.policies.opponents{ train = world.train, valid = world.valid, run = world.run, count = 20 }
    assert.same(world.influence:total(world.valid):lowest(20), selection.ids)
    world:remove()
  end)

  it("finds mis-clicks by what the wanted validation examples say", function()
    local world = nj.planted{ users = 200, items = 100, epochs = 6 }
    local noise, wanted = nj.planted.truth_of(world.valid).noise, {}
    for position, is_noise in ipairs(noise) do
      if not is_noise then wanted[#wanted + 1] = position end
    end
    local _, scores = nj.policies.opponents{
      train = world.train, target = world.valid:subset(wanted), influence = world.influence,
    }
    local all = nj.stats.detection(scores:totable(), world.truth.noise)
    assert.is_truthy(all.auc > 0.5, ("AUC %.3f"):format(all.auc))
    world:remove()
  end)
end)
