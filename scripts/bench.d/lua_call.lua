--- One call of a declared function that checks its receiver and arguments: rows, assign, element or
--- size. The loop around the call counts, too, on both sides.
local contestant = require "contestant"

local calls = 1000000
local matrix, vector = nj.tensor.zeros{ 3, 2 }, nj.tensor{ 1, 2, 3 }

local turns = {
  --- Makes a view, so the collector's work on it counts too.
  rows = function()
    for _ = 1, calls do
      local _ = matrix:rows(1, 2)
    end
  end,
  --- A receiver, an integer and a number, and no work to speak of: the cost of the call itself.
  assign = function()
    for _ = 1, calls do
      vector[2] = 0.5
    end
  end,
  --- What a function of Lua's own in C takes that checks two integers.
  stock = function()
    local compare = math.ult
    for _ = 1, calls do
      local _ = compare(1, 2)
    end
  end,
  element = function()
    for _ = 1, calls do
      local _ = vector[2]
    end
  end,
  size = function()
    for _ = 1, calls do
      local _ = #matrix
    end
  end,
}

contestant.serve{ { name = "run", units = calls, turn = turns[arg[1]] } }
