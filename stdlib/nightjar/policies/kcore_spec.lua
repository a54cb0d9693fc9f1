--- Users 1 and 2 share items 1 and 2; user 3 hangs on by item 3, which only user 2 has, too.
local log = nj.data.interactions{
  users = { 1, 1, 2, 2, 2, 3 }, items = { 1, 2, 1, 2, 3, 3 },
}
local train = log:whole():windows{ length = 3 }

describe("the k-core policy", function()
  it("takes out what falls below k because something else was taken out", function()
    local selection = nj.policies.kcore{ train = train, k = 2 }
    table.sort(selection.ids)
    local dropped = {}
    for place, id in ipairs(selection.ids) do dropped[id] = selection.reasons[place] end
    assert.same({ [5] = "item has 1", [6] = "user has 1" }, dropped)
  end)

  it("leaves a core alone, and nothing of a log without one", function()
    assert.equal(0, #nj.policies.kcore{ train = train, k = 1 })
    assert.equal(6, #nj.policies.kcore{ train = train, k = 3 })
  end)

  it("leaves users and items with at least k examples each, whatever the log", function()
    local big = nj.data.simulate{ users = 100, items = 80, interactions = 1500 }:whole()
      :windows{ length = 4 }
    local left = big:without(nj.policies.kcore{ train = big, k = 10 })
    local users, items = {}, {}
    local targets = left.targets
    for position, user in ipairs(left.users) do
      users[user] = (users[user] or 0) + 1
      items[targets[position]] = (items[targets[position]] or 0) + 1
    end
    assert.is_truthy(#left > 0 and #left < #big)
    for _, count in pairs(users) do assert.is_truthy(count >= 10) end
    for _, count in pairs(items) do assert.is_truthy(count >= 10) end
  end)
end)
