local log = nj.data.interactions{
  users = { 1, 1, 1, 2, 2, 2 }, items = { 1, 2, 1, 1, 2, 3 },
}
local train = log:whole():windows{ length = 3 }

describe("the popularity policy", function()
  it("drops the examples of the rarest items first", function()
    assert.same({ 6, 2, 5 }, nj.policies.popularity{ train = train, count = 3 }.ids)
  end)

  it("drops those of the most popular ones when asked", function()
    local selection = nj.policies.popularity{ train = train, count = 3, drop = "popular" }
    assert.same({ 1, 3, 4 }, selection.ids)
  end)
end)
