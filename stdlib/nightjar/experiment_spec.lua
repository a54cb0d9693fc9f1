--- A small world, and what all experiments on it share.
local world = nj.planted{ users = 60, items = 40, epochs = 1 }

local function options(more)
  local all = {
    train = world.train, valid = world.parts.valid, test = world.parts.test,
    model = function(seed)
      return nj.models.lstm{ items = world.log.n_items, dim = 8, hidden = 8, seed = seed }
    end,
    fit = { epochs = 2, lr = 4e-3 }, seeds = 2, count = 30, controls = { "random", "popularity" },
    metrics = { "mrr" }, dir = world.folder .. "/experiment", resamples = 200,
    split = world.parts.protocol,
  }
  for name, value in pairs(more) do all[name] = value end
  return all
end

local function refusal(more)
  local ok, message = pcall(nj.experiment.removal, options(more))
  assert.is_false(ok)
  return message
end

--- Deletes all checkpoints of these experiments.
local function remove_all()
  for _, seed in ipairs{ 1, 2, 5 } do
    local folder = ("%s/experiment/seed-%d"):format(world.folder, seed)
    for _, name in ipairs{ "epoch-0001", "epoch-0002", "last" } do
      os.remove(("%s/%s.safetensors"):format(folder, name))
    end
    os.remove(folder)
  end
  os.remove(world.folder .. "/experiment")
  world:remove()
end

--- Drops every tenth example, or gives it a weight.
local function tenth(weight)
  return nj.policy{
    name = "tenth", summary = "Every tenth.",
    select = function(ctx)
      local ids, weights = {}, {}
      for position = 10, #ctx.train, 10 do
        ids[#ids + 1], weights[#weights + 1] = position, weight
      end
      return nj.selection{ ids = ids, weights = weights, reason = "tenth" }
    end,
  }
end

describe("a removal experiment", function()
  local result = nj.experiment.removal(options{
    policies = { "loss", { "user_junk", users = 0.1, label = "junk" } },
  })

  it("compares each policy with no removal and with controls of its size", function()
    local found = {}
    for place, one in ipairs(result.differences) do found[place] = one.arm .. "-" .. one.against end
    assert.same({
      "loss-none", "loss-random", "loss-popularity",
      "junk-none", "junk-random", "junk-popularity",
    }, found)
    for _, arm in ipairs(result:table().arms) do
      if arm.control_of == "loss" then assert.same({ 30, 30 }, arm.dropped) end
    end
  end)

  it("gives differences of means, intervals around them, and corrected p-values", function()
    local arms, corrected = {}, {}
    for _, arm in ipairs(result:table().arms) do
      if not arm.control_of then arms[arm.arm] = arm.means.MRR end
    end
    local one = result:difference("loss", "none", "mrr")
    local expected = (arms.loss[1] + arms.loss[2] - arms.none[1] - arms.none[2]) / 2
    assert.near(expected, one.difference, 1e-9)
    assert.is_truthy(one.interval[1] <= one.difference and one.difference <= one.interval[2])
    assert.same(2, #one.by_seed)
    for place, each in ipairs(result.differences) do corrected[place] = each.uncorrected_p end
    for place, p in ipairs(nj.stats.holm(corrected)) do
      assert.equal(p, result.differences[place].p)
    end
  end)

  it("names its protocol when it is printed", function()
    local text = tostring(result)
    for _, words in ipairs{
      "2 seeds, chosen by validation examples alone", "candidates: all items", "10%% test",
      "corrected by Holm over 6 comparisons", "users, 200 resamples", "95 %% with training",
    } do
      assert.matches(words, text)
    end
    assert.not_matches("LEAKAGE", text)
  end)

  it("gives the same figures again", function()
    local again = nj.experiment.removal(options{
      policies = { "loss", { "user_junk", users = 0.1, label = "junk" } },
    })
    local function figures(table)
      local list = {}
      for _, arm in ipairs(table.arms) do list[#list + 1] = arm.means end
      return list
    end
    assert.same(figures(result:table()), figures(again:table()))
  end)

  it("gives the figures of training one model after another", function()
    local plain, heard = options{ policies = { "loss" } }, 0
    local side_by_side = nj.experiment.removal(plain)
    local fit = { on_epoch = function() heard = heard + 1 end }
    for name, value in pairs(plain.fit) do fit[name] = value end
    plain.fit = fit
    assert.same(side_by_side:table().differences, nj.experiment.removal(plain):table().differences)
    assert.is_truthy(heard > 0)
  end)

  it("writes its figures to a file", function()
    local file = os.tmpname()
    result:json(file)
    local read = nj.read_json(file)
    os.remove(file)
    assert.equal("removal", read.experiment)
    assert.equal("Holm", read.correction)
    assert.equal(6, #read.differences)
  end)
end)

describe("an experiment that resumes", function()
  it("goes on with the trainings that are there, to the same figures", function()
    local asked = options{
      policies = tenth(0), controls = {}, seeds = { 1 }, resume = true,
      dir = world.folder .. "/resumed",
    }
    local expected = nj.experiment.removal(options{
      policies = tenth(0), controls = {}, seeds = { 1 },
    }):table().differences
    local first = nj.experiment.removal(asked)
    assert.same(expected, first:table().differences)
    local heard = 0
    asked.fit = { epochs = 2, lr = 4e-3, on_epoch = function() heard = heard + 1 end }
    assert.same(expected, nj.experiment.removal(asked):table().differences)
    assert.equal(0, heard)
    local left = world.train:without(first:selection "tenth").digest:sub(1, 16)
    local arm = ("%s/seed-1/arm-%s"):format(asked.dir, left)
    assert.equal(2, nj.checkpoint.open(arm .. "/last.safetensors").epoch)
    asked.fit = { epochs = 2, lr = 1e-3 }
    local ok, message = pcall(nj.experiment.removal, asked)
    assert.is_false(ok)
    assert.matches("learning rate", message)
    os.remove(arm .. "/last.safetensors")
    os.remove(arm)
    for _, name in ipairs{ "epoch-0001", "epoch-0002", "last" } do
      os.remove(("%s/seed-1/%s.safetensors"):format(asked.dir, name))
    end
    os.remove(asked.dir .. "/seed-1")
    os.remove(asked.dir)
  end)
end)

describe("a reweighting experiment", function()
  it("trains with the weights, and gives controls the same ones", function()
    local result = nj.experiment.reweight(options{
      policies = tenth(3), seeds = { 5 }, controls = { "random" },
    })
    assert.same({ 5 }, result.seeds)
    assert.equal(2, #result.differences)
    assert.not_equal(0, result:difference("tenth", "none").difference)
    assert.not_equal(0, result:difference("tenth", "random").difference)
  end)
end)

describe("an experiment", function()
  it("says when a choice was made with test data", function()
    local peeks = nj.policy{
      name = "peeks", summary = "Looks at what it may not see.", uses_test = true,
      select = function(ctx) return { #ctx.target } end,
    }
    local result = nj.experiment.removal(options{
      policies = { { peeks, target = world.test } }, seeds = 1, controls = {},
    })
    assert.matches("LEAKAGE", tostring(result))
    assert.is_true(result:table().chosen_with_test_data)
    assert.not_matches("chosen by validation examples alone", tostring(result))
  end)

  it("says so of controls and of early stopping, too, and does not guess from words", function()
    local function leaks(more)
      more.seeds, more.controls = 1, more.controls or {}
      return nj.experiment.removal(options(more)):table().chosen_with_test_data
    end
    local latest = nj.policy{
      name = "latest", summary = "Drops the last.", reason = "the LATEST of all",
      select = function(ctx) return { #ctx.train } end,
    }
    assert.is_false(leaks{ policies = latest })
    assert.is_true(leaks{
      policies = latest, controls = { { "opponents", target = world.test } },
    })
    assert.is_true(leaks{
      policies = latest,
      fit = { epochs = 2, valid = world.test, patience = 1, restore_best = true },
    })
    assert.is_true(leaks{ policies = { { "opponents", target = world.valid .. world.test } } })
    assert.is_true(leaks{ policies = latest, train = world.train .. world.test })
    assert.is_false(leaks{ policies = latest, fit = { epochs = 2, valid = world.test } })
  end)

  it("compares a policy that drops nothing for one of the seeds", function()
    local moody = nj.policy{
      name = "moody", summary = "Drops something for some seeds.",
      select = function(ctx) return ctx.seed == 1 and {} or { 1, 2, 3 } end,
    }
    local result = nj.experiment.removal(options{ policies = { moody }, controls = { "random" } })
    assert.equal(0, result:difference("moody", "random").by_seed[1])
    assert.equal(0, result:difference("moody", "none").by_seed[1])
    for _, arm in ipairs(result:table().arms) do
      assert.equal(2, #arm.means.MRR)
      if arm.arm ~= "none" then assert.same({ 0, 3 }, arm.dropped) end
    end
    local idle = nj.policy{ name = "idle", summary = "Rests.", select = function() return {} end }
    assert.equal(1, #nj.experiment.removal(options{ policies = idle, seeds = 1 }).differences)
  end)

  it("refuses what it cannot do", function()
    assert.matches("did you mean 'seeds'?", refusal{ policies = "loss", seds = 3 })
    assert.matches("there is no policy 'los'", refusal{ policies = "los" })
    assert.matches("policies is empty", refusal{ policies = {} })
    assert.matches("two policies are called 'loss'", refusal{ policies = { "loss", "loss" } })
    assert.matches("use nj.experiment.reweight", refusal{ policies = tenth(0.5), seeds = 1 })
    assert.matches("gives no scores", refusal{ policies = "loss", controls = { "kcore" } })
    assert.matches("'test' must be nj.Examples", refusal{ policies = "loss", test = {} })
    assert.matches("seeds must name", refusal{ policies = "loss", seeds = {} })
    assert.matches("seed 1 is there twice", refusal{ policies = "loss", seeds = { 1, 1 } })
    assert.matches("label 'none'", refusal{ policies = { { "loss", label = "none" } } })
    assert.matches("did you mean 'count'", refusal{ policies = { { "loss", cuont = 1 } } })
    assert.matches("fit.seed has no effect", refusal{ policies = "loss", fit = { seed = 3 } })
    assert.matches("unknown metric 'mmr'", refusal{ policies = "loss", metrics = { "mmr" } })
    local trained = 0
    local heard = { epochs = 1, on_epoch = function() trained = trained + 1 end }
    refusal{ policies = "loss", metrics = { "mmr" }, fit = heard }
    refusal{ policies = { { "loss", cuont = 1 } }, fit = heard }
    refusal{ policies = "loss", evaluate = { msak = "seen" }, fit = heard }
    assert.equal(0, trained)
    assert.matches("'loss' drops all %d+ training examples",
      refusal{ policies = { { "loss", share = 1 } }, count = 0 })
    remove_all()
  end)
end)
