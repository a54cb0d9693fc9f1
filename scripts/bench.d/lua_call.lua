--- A call into a bound function that does nothing but check its receiver and its argument.
local contestant = require "contestant"

local calls = 1000000
local tensor = nj.tensor{ { 1, 2, 3 }, { 4, 5, 6 } }

local function call()
  for _ = 1, calls do
    tensor:size(1)
  end
end

contestant.serve{ { name = "run", units = calls, turn = call } }
