--- Two users with four examples each.
local log = nj.data.interactions{
  users = { 1, 1, 1, 1, 2, 2, 2, 2 }, items = { 1, 2, 3, 1, 2, 3, 1, 2 },
  times = { 1, 2, 3, 4, 5, 6, 7, 8 },
}
local train = log:whole():windows{ length = 3 }
local parts = log:split{ by = "tail", valid = 0.25, test = 0.25, min_rows = 1 }

local function refusal(call, ...)
  local ok, message = pcall(call, ...)
  assert.is_false(ok)
  return message
end

local by_row = nj.policy{
  name = "by_row", summary = "Drops the last rows.", reason = "late",
  score = function(ctx) return ctx.train.rows end,
}

describe("a policy", function()
  it("drops as many of the highest scores as asked, highest first", function()
    local selection, scores = by_row{ train = train, count = 3 }
    assert.same({ 8, 7, 6 }, selection.ids)
    assert.equal("late", selection.reason)
    assert.equal("by_row 8", selection.reasons[1])
    assert.equal(8, #scores)
    assert.equal(4, #by_row{ train = train, share = 0.5 })
    assert.equal(0, #by_row{ train = train, share = 0 })
    assert.equal(8, #by_row{ train = train, count = 100 })
  end)

  it("turns a list of positions into a selection that can be dropped", function()
    local first = nj.policy{
      name = "first", summary = "Drops the first.", options = { n = { 1, "how many", min = 0 } },
      select = function(_, opt)
        local drop = {}
        for i = 1, opt.n do drop[i] = i end
        return drop
      end,
    }
    assert.same({ 1, 2 }, first{ train = train, n = 2 }.ids)
    assert.equal(6, #train:without(first{ train = train, n = 2 }))
  end)

  it("keeps what is chosen, with weights", function()
    local keeper = nj.policy{
      name = "keeper", summary = "Keeps two.",
      select = function(ctx) return ctx:keep({ 3, 5 }, { weights = { 2, 1 }, reason = "good" }) end,
    }
    local weighted = train:weighted(keeper{ train = train })
    assert.same({ 0, 0, 2, 0, 1, 0, 0, 0 }, weighted.weights)
  end)

  it("has its validation examples cut as long as the training examples", function()
    local seen
    local looks = nj.policy{
      name = "looks", summary = "Looks.", needs = { "valid" },
      select = function(ctx)
        seen = { ctx.valid.history_length, ctx.target.role, #ctx.log, ctx.seed }
        return {}
      end,
    }
    looks{ train = train, valid = parts.valid }
    assert.same({ 2, "valid", 8, 1 }, seen)
  end)

  it("draws from its seed and a name alone", function()
    local function drawn(seed, name)
      local order
      nj.policy{
        name = "draws", summary = "Draws.",
        select = function(ctx)
          ctx:shuffled({ 1, 2, 3 }, "something else")
          order = ctx:shuffled({ 1, 2, 3, 4, 5, 6, 7, 8 }, name)
          return {}
        end,
      }{ train = train, seed = seed }
      return order
    end
    assert.same(drawn(1, "a"), drawn(1, "a"))
    assert.is_not.same(drawn(1, "a"), drawn(2, "a"))
    assert.is_not.same(drawn(1, "a"), drawn(1, "b"))
    local sorted = drawn(3, "a")
    table.sort(sorted)
    assert.same({ 1, 2, 3, 4, 5, 6, 7, 8 }, sorted)
  end)

  it("draws some of the examples, or gives all", function()
    local function drawn(count, seed)
      local rows
      nj.policy{
        name = "draws", summary = "Draws.",
        select = function(ctx)
          rows = ctx:sample(ctx.train, count, "some").rows
          return {}
        end,
      }{ train = train, seed = seed }
      return rows
    end
    assert.equal(3, #drawn(3, 1))
    assert.same(drawn(3, 1), drawn(3, 1))
    assert.is_not.same(drawn(3, 1), drawn(3, 2))
    local all = drawn(1000, 1)
    table.sort(all)
    assert.same(train.rows, all)
  end)

  it("adds projected gradients up over the checkpoints", function()
    local rows
    local takes_features = nj.policy{
      name = "takes_features", summary = "Takes features.",
      select = function(ctx)
        rows = ctx:features(ctx.train, 8)
        return {}
      end,
    }
    assert.matches("needs checkpoints", refusal(takes_features, { train = train }))
    local folder = os.tmpname()
    os.remove(folder)
    local run = nj.fit(nj.models.lstm{ items = 3, dim = 2, hidden = 2 }, train,
      { epochs = 2, checkpoint = { dir = folder, every = 1 } })
    takes_features{ train = train, run = run, seed = 5 }
    assert.same({ 8, 8 }, rows.shape)
    for _, file in ipairs(run.checkpoints) do
      rows = rows - nj.influence.features(train, { checkpoint = file, dimension = 8, seed = 5 })
      os.remove(file)
    end
    os.remove(run.newest)
    os.remove(folder)
    assert.is_truthy(rows:abs():max() < 1e-5)
  end)

  it("prints itself in one line and describes itself in several", function()
    assert.equal("Policy by_row: Drops the last rows.", tostring(by_row))
    local help = getmetatable(by_row).__help
    assert.matches("needs      train", help)
    assert.matches("count  how many to drop; 0 for a share of them", help)
  end)
end)

describe("a policy and test data", function()
  local function peeks(uses_test)
    return nj.policy{
      name = "peeks", summary = "Peeks.", uses_test = uses_test,
      select = function(ctx) return { #ctx.test } end,
    }
  end

  it("are kept apart", function()
    assert.matches("policy 'peeks' reads ctx.test", refusal(peeks(false),
      { train = train, test = parts.test }))
  end)

  it("leave a mark when they meet", function()
    assert.matches("chosen with TEST data", peeks(true){ train = train, test = parts.test }.reason)
    local leaky = nj.policy{
      name = "leaky", summary = "Takes what it is given.",
      select = function(ctx) return { #ctx.target } end,
    }
    assert.matches("chosen with TEST data", leaky{ train = train, target = parts.test }.reason)
    assert.equal("leaky", leaky{ train = train, target = parts.valid }.reason)
    local asks_other = nj.policy{
      name = "asks_other", summary = "Takes what another policy chose.",
      select = function(ctx) return leaky{ train = ctx.train, target = parts.test }.ids end,
    }
    assert.matches("chosen with TEST data", asks_other{ train = train }.reason)
    assert.equal("first", nj.policy{
      name = "first", summary = "Drops the first.", select = function() return { 1 } end,
    }{ train = train }.reason)
    local both = parts.valid:windows{ length = 3 } .. parts.test:windows{ length = 3 }
    assert.matches("chosen with TEST data", leaky{ train = train, target = both }.reason)
  end)
end)

describe("a mistake in a policy", function()
  it("is explained to who calls it", function()
    assert.matches("did you mean 'count'?", refusal(by_row, { train = train, cuont = 2 }))
    assert.matches("did you mean 'train'?", refusal(by_row, { tarin = train }))
    assert.matches("'count' must be at least 0", refusal(by_row, { train = train, count = -1 }))
    assert.matches("needs 'train'", refusal(by_row, {}))
    assert.matches("must be the examples", refusal(by_row, { train = parts.train }))
    assert.matches("needs 'target_items': one for each example",
      refusal(nj.policies.kcore, { train = parts.train:chunks{ length = 3 } }))
    assert.matches("'target_items' must have one for each of %d+ examples, got 2",
      refusal(nj.policies.kcore, { train = train, target_items = { 1, 2 } }))
    assert.matches("there are no checkpoints",
      refusal(nj.policies.loss, { train = train, checkpoints = {} }))
    assert.matches("'run' must be the record",
      refusal(nj.policies.loss, { train = train, run = 5 }))
    assert.matches("reads histories: give it examples",
      refusal(nj.policies.user_junk, {
        train = parts.train:chunks{ length = 3 }, target_items = { 1, 2 },
      }))
    assert.matches("'train' must be nj.Examples | .*, got integer", refusal(by_row, { train = 7 }))
    assert.matches("'seed' must be integer, got string",
      refusal(by_row, { train = train, seed = "x" }))
    assert.matches("needs 'target': .*, or 'valid'",
      refusal(nj.policies.opponents, { train = train, checkpoints = { "x" } }))
  end)

  it("is explained to who writes it", function()
    assert.matches("needs 'summary'", refusal(nj.policy, { name = "x", select = print }))
    assert.matches("either select or score", refusal(nj.policy, { name = "x", summary = "y" }))
    assert.matches("did you mean 'select'?",
      refusal(nj.policy, { name = "x", summary = "y", selct = print }))
    assert.matches("did you mean 'checkpoints'?", refusal(nj.policy,
      { name = "x", summary = "y", select = print, needs = { "chekpoints" } }))
    assert.matches("call the option something else", refusal(nj.policy,
      { name = "x", summary = "y", select = print, options = { seed = 1 } }))
    local function gives(value)
      return nj.policy{ name = "x", summary = "y", select = function() return value end }
    end
    assert.matches("must give a selection", refusal(gives(3), { train = train }))
    assert.matches("a table with the key 'drop'", refusal(gives{ drop = { 1 } }, { train = train }))
    assert.matches("a table with the key '5'", refusal(gives{ [5] = true }, { train = train }))
    assert.matches("chose example 9 of 8", refusal(gives{ 9 }, { train = train }))
    assert.matches("must choose training examples, and chose rows",
      refusal(gives(nj.selection{ drop = { 1 }, of = "rows" }), { train = train }))
    local blind = nj.policy{
      name = "x", summary = "y",
      score = function(ctx) return nj.tensor.full({ #ctx.train }, 0 / 0) end,
    }
    assert.matches("8 of 8 examples a score that is not a number",
      refusal(blind, { train = train }))
    local function keeps(...)
      local kept = { ... }
      return nj.policy{
        name = "x", summary = "y", select = function(ctx) return ctx:keep(table.unpack(kept)) end,
      }
    end
    assert.matches('got "1" as a position', refusal(keeps{ "1" }, { train = train }))
    assert.matches("got 9 as a position", refusal(keeps{ 9 }, { train = train }))
    assert.matches("got 2 twice", refusal(keeps{ 2, 2 }, { train = train }))
    assert.matches("got 1 weights for 2", refusal(keeps({ 1, 2 }, { weights = { 1 } }),
      { train = train }))
    assert.matches("did you mean 'weights'", refusal(keeps({ 1 }, { weight = { 1 } }),
      { train = train }))
    assert.matches("needs a list of positions", refusal(keeps(), { train = train }))
    local short = nj.policy{ name = "x", summary = "y", score = function() return { 1 } end }
    assert.matches("must score each of 8 examples", refusal(short, { train = train }))
    local function reads(name)
      return nj.policy{ name = "x", summary = "y", select = function(ctx) return { ctx[name] } end }
    end
    assert.matches("has no 'modle' %(did you mean 'model'%?%)", refusal(reads "modle",
      { train = train }))
    local writes = nj.policy{
      name = "x", summary = "y",
      select = function(ctx)
        ctx.train = 1
        return {}
      end,
    }
    assert.matches("not to be changed", refusal(writes, { train = train }))
  end)
end)
