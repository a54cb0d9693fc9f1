local chance = require "nightjar.chance"

--- Two users; user 1 meets items 1 to 3, user 2 items 4 and 1; there are five items.
local log = nj.data.interactions{
  users = { 1, 1, 1, 2, 2 }, items = { 1, 2, 3, 4, 1 }, titles = { "a", "b", "c", "d", "e" },
}
local examples = log:whole():windows{ length = 3 }

describe("chance", function()
  it("is the closed form over all items", function()
    local found = chance(examples)
    assert.near((1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5, found.mrr, 1e-12)
    assert.near(1, found["hit@10"], 1e-12)
  end)

  it("is the mean over examples whose candidates differ", function()
    -- Seen before the five rows: none, one, two, none, one.
    local function mrr(n)
      local sum = 0
      for rank = 1, n do sum = sum + 1 / rank / n end
      return sum
    end
    local expected = (2 * mrr(5) + 2 * mrr(4) + mrr(3)) / 5
    assert.near(expected, chance(examples, { mask = "seen" }).mrr, 1e-12)
  end)

  it("takes a cut-off", function()
    local found = chance(examples, { k = 2 })
    assert.near(2 / 5, found["hit@2"], 1e-12)
    assert.near((1 + 1 / math.log(3, 2)) / 5, found["ndcg@2"], 1e-12)
  end)

  it("refuses options that it does not know", function()
    local ok, message = pcall(chance, examples, { masks = "seen" })
    assert.is_false(ok)
    assert.matches("unknown option 'masks'", message)
  end)
end)
