--- A call into a bound function that checks its receiver and its position.
local contestant = require "contestant"

local calls = 1000000
local tensor = nj.tensor{ 1, 2, 3 }

local function call()
  local sum = 0
  for _ = 1, calls do
    sum = sum + tensor[2]
  end
  return sum
end

contestant.serve{ { name = "run", units = calls, turn = call } }
