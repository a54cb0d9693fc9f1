describe("the forgetting policy", function()
  local world = nj.planted{ users = 200, items = 100, epochs = 6 }
  local train = world.train

  it("counts an example that is never known as often as there are checkpoints", function()
    local _, scores = nj.policies.forgetting{ train = train, run = world.run }
    local known, forgotten = {}, {}
    for place, file in ipairs(world.checkpoints) do
      local model = nj.checkpoint.open(file):model()
      local hits = nj.evaluate(model, train, { "hit@10", resamples = 0 }):values "hit@10"
      for position, hit in ipairs(hits) do
        known[position] = known[position] or {}
        known[position][place] = hit == 1
      end
    end
    for position, at in ipairs(known) do
      local events, ever = 0, at[1]
      for place = 2, #at do
        if at[place - 1] and not at[place] then events = events + 1 end
        ever = ever or at[place]
      end
      forgotten[position] = ever and events or #at
    end
    for position = 1, #train, 97 do
      assert.equal(forgotten[position], math.floor(scores[position]))
    end
  end)

  it("drops the other end when asked, as the paper does", function()
    local most = nj.policies.forgetting{ train = train, run = world.run, count = 20 }
    local least =
      nj.policies.forgetting{ train = train, run = world.run, count = 20, drop = "least" }
    local is_most = {}
    for _, position in ipairs(most.ids) do is_most[position] = true end
    for _, position in ipairs(least.ids) do assert.is_nil(is_most[position]) end
  end)

  it("finds mis-clicks and users who click at random", function()
    local _, scores = nj.policies.forgetting{ train = train, run = world.run }
    for kind, least in pairs{ misclicks = 0.65, junk = 0.6 } do
      local found = nj.stats.detection(scores:totable(), world.truth[kind])
      assert.is_truthy(found.auc > least, ("%s: AUC %.3f"):format(kind, found.auc))
    end
    world:remove()
  end)
end)
