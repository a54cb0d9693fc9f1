describe("the junk-user policy", function()
  local world = nj.planted{ users = 200, items = 100, epochs = 6 }
  local train = world.train

  local function chosen(options)
    options.train, options.run, options.valid = train, world.run, world.valid
    return nj.policies.user_junk(options)
  end

  it("drops users whole", function()
    local selection = chosen{ users = 0.05 }
    local users, dropped, total = train.users, {}, train:rows_per_user()
    for _, position in ipairs(selection.ids) do
      dropped[users[position]] = (dropped[users[position]] or 0) + 1
    end
    local count = 0
    for user, examples in pairs(dropped) do
      count = count + 1
      assert.equal(total[user], examples)
    end
    assert.equal(10, count)
    assert.matches("user %d+: surprise", selection.reasons[1])
  end)

  it("finds every user who clicks at random, by surprise and by loss", function()
    for _, rule in ipairs{ "surprise", "loss" } do
      local selection, scores = chosen{ rule = rule, users = 0.03 }
      local found = nj.stats.detection(scores:totable(), world.truth.junk)
      assert.is_truthy(found.auc > 0.95, ("%s: AUC %.3f"):format(rule, found.auc))
      assert.is_truthy(world:found(selection.ids, "junk") > 0.9 * world:count "junk")
    end
  end)

  it("finds them by the popularity of what they choose, less surely", function()
    local _, scores = chosen{ rule = "popularity" }
    assert.is_truthy(nj.stats.detection(scores:totable(), world.truth.junk).auc > 0.8)
  end)

  it("leaves users with few examples alone", function()
    assert.equal(0, #chosen{ users = 1, least = 1000 })
    assert.equal(#train, #chosen{ users = 1, least = 1 })
  end)

  it("says what a rule needs", function()
    local ok, message = pcall(nj.policies.user_junk, { train = train, rule = "loss" })
    assert.is_false(ok)
    assert.matches("needs 'checkpoints'", message)
    world:remove()
  end)
end)
