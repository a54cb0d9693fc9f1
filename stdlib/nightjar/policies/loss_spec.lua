describe("the loss policy", function()
  local world = nj.planted{ users = 200, items = 100, epochs = 6 }
  local selection, scores = nj.policies.loss{ train = world.train, run = world.run, count = 50 }

  it("ranks by the mean over checkpoints of -log of the target's probability", function()
    local sum = 0
    for _, file in ipairs(world.checkpoints) do
      local losses = nj.losses(nj.checkpoint.open(file):model(), world.train)
      sum = sum + losses[7] / #world.checkpoints
    end
    assert.near(sum, scores[7], 1e-4)
    assert.equal(scores:argmax(), selection.ids[1])
  end)

  it("finds mis-clicks and users who click at random", function()
    for kind, least in pairs{ misclicks = 0.65, junk = 0.65 } do
      local found = nj.stats.detection(scores:totable(), world.truth[kind])
      assert.is_truthy(found.auc > least, ("%s: AUC %.3f"):format(kind, found.auc))
    end
    world:remove()
  end)
end)

describe("the loss policy on sequences", function()
  it("does not take a long sequence for a bad one", function()
    local log = nj.data.simulate{ users = 60, interactions = 2000 }
    local train = log:whole():chunks{ length = 40 }
    local net = nj.models.sequence{ items = log.n_items, dim = 4 }
    local dir = os.tmpname()
    os.remove(dir)
    local run = nj.fit(net, train, { epochs = 1, checkpoint = { dir = dir, every = 1 } })
    local _, scores = nj.policies.loss{ train = train, run = run, count = 5 }
    local losses = nj.losses(nj.checkpoint.open(run.checkpoints[1]):model(), train)
    for _, position in ipairs{ 1, 7, #train } do
      assert.near(losses[position] / #train:items(position), scores[position], 1e-5)
    end
    assert.is_truthy(scores:max() < 2 * scores:min())
    for _, file in ipairs(run.checkpoints) do os.remove(file) end
    os.remove(run.newest)
    os.remove(dir)
  end)
end)
