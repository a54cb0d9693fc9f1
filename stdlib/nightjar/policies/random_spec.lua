local log = nj.data.simulate{ users = 100, items = 60 }
local train = log:whole():windows{ length = 5 }

describe("the random policy", function()
  it("draws other examples for another seed, and the same for the same", function()
    local function drawn(seed)
      return nj.policies.random{ train = train, count = 30, seed = seed }.ids
    end
    assert.same(drawn(1), drawn(1))
    assert.is_not.same(drawn(1), drawn(2))
  end)

  it("finds what is planted no better than chance", function()
    local junk, sum = nj.planted.truth_of(train).junk, 0
    for seed = 1, 20 do
      local _, scores = nj.policies.random{ train = train, seed = seed }
      sum = sum + nj.stats.detection(scores:totable(), junk).auc / 20
    end
    assert.near(0.5, sum, 0.03)
  end)
end)
