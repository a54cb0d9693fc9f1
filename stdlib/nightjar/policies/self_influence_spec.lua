local log = nj.data.interactions{ users = { 1, 1, 1, 1 }, items = { 1, 2, 3, 1 } }
local train = log:whole():windows{ length = 3 }

describe("the self-influence policy", function()
  it("drops the examples that most lower their own loss", function()
    local influence = {
      self = function() return { tensor = function() return nj.tensor{ 1, 4, 2, 3 } end } end,
    }
    local selection = nj.policies.self_influence{ train = train, influence = influence, count = 2 }
    assert.same({ 2, 4 }, selection.ids)
  end)

  it("finds noise by the last checkpoint of a model that has learned for long", function()
    -- AUCs have mean 0.63 and deviation 0.03 over 12 worlds; 3.182 is Student's t at 0.975 for 4.
    local aucs = {}
    for seed = 1, 4 do
      local world = nj.planted{ users = 200, items = 100, epochs = 25, seed = seed }
      local last = nj.influence.tracin{
        checkpoints = { world.checkpoints[25] }, train = world.train,
      }
      local _, scores = nj.policies.self_influence{ train = world.train, influence = last }
      aucs[seed] = nj.stats.detection(scores:totable(), world.truth.noise).auc
      world:remove()
    end
    local found = nj.tensor(aucs)
    local low = found:mean() - 3.182 * found:std() / math.sqrt(#found)
    assert.is_truthy(low > 0.55, ("AUC %.3f, from %.3f"):format(found:mean(), low))
  end)
end)
