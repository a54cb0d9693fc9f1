--- One call into a declared function that checks its receiver and arguments: rows, element or size.
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
