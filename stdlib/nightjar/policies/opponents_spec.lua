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
    -- AUCs have mean 0.62 and deviation 0.07 over 24 worlds; 2.365 is Student's t at 0.975 for 8.
    local aucs = {}
    for seed = 1, 8 do
      local world = nj.planted{ users = 200, items = 100, epochs = 6, seed = seed }
      local noise, wanted = nj.planted.truth_of(world.valid).noise, {}
      for position, is_noise in ipairs(noise) do
        if not is_noise then wanted[#wanted + 1] = position end
      end
      local _, scores = nj.policies.opponents{
        train = world.train, target = world.valid:subset(wanted), influence = world.influence,
      }
      aucs[seed] = nj.stats.detection(scores:totable(), world.truth.misclicks).auc
      world:remove()
    end
    local found = nj.tensor(aucs)
    local low = found:mean() - 2.365 * found:std() / math.sqrt(#found)
    assert.is_truthy(low > 0.55, ("AUC %.3f, from %.3f"):format(found:mean(), low))
  end)
end)
