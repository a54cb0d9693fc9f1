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
