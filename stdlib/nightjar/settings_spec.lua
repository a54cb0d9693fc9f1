local settings = require "nightjar.settings"

local declared = settings.declare("policy 'x'", {
  count = { 5, "how many", min = 1, max = 9 },
  share = { 0.5, "which share", min = 0, max = 1 },
  order = { "worst", "which first", { "worst", "best" } },
  quick = false,
  make = { type = "function", "makes it" },
  seeds = { type = "integer | table", default = 3, "how many, or which" },
})

local function make() end

local function refusal(given)
  local ok, message = pcall(declared.read, declared, given)
  assert.is_false(ok)
  return message
end

describe("settings", function()
  it("have their defaults, and what is given", function()
    local opt = declared:read{ make = make, count = 7.0 }
    assert.equal(7, opt.count)
    assert.equal("integer", math.type(opt.count))
    assert.equal(0.5, opt.share)
    assert.equal("worst", opt.order)
    assert.equal(false, opt.quick)
    assert.equal(make, opt.make)
    assert.equal(3, opt.seeds)
  end)

  it("take whole numbers for numbers, and one of several types", function()
    local opt = declared:read{ make = make, share = 1, seeds = { 1, 2 } }
    assert.equal(1, opt.share)
    assert.same({ 1, 2 }, opt.seeds)
  end)

  it("are refused with what would be right", function()
    assert.matches("unknown option 'cuont' to policy 'x' %(did you mean 'count'%?%)",
      refusal{ make = make, cuont = 1 })
    assert.matches("it has count, make, order", refusal{ make = make, zebra = 1 })
    assert.matches("'count' must be at least 1 and at most 9, got 10",
      refusal{ make = make, count = 10 })
    assert.matches("'count' must be integer, got number", refusal{ make = make, count = 1.5 })
    assert.matches("'share' must be a number, got NaN", refusal{ make = make, share = 0 / 0 })
    assert.matches("must be one of worst, best, got 'wurst' %(did you mean 'worst'%?%)",
      refusal{ make = make, order = "wurst" })
    assert.matches("'seeds' must be integer | table, got string",
      refusal{ make = make, seeds = "all" })
    assert.matches("needs 'make': makes it", refusal{})
    assert.matches("unknown option '1'", refusal{ make = make, 4 })
  end)

  it("are described by one line each", function()
    local help = declared:help()
    assert.matches("count  how many %(from 1; to 9; default 5%)", help)
    assert.matches("order  which first %(worst, best; default worst%)", help)
    assert.matches("make   makes it %(needed%)", help)
  end)

  it("need a default or a type", function()
    assert.is_false(pcall(settings.declare, "x", { bad = { nil, "no default" } }))
  end)
end)
