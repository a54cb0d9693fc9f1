--- Reads a file in the form of ratings.dat.
local contestant = require "contestant"

local path = arg[1]

contestant.serve{
  { name = "run", units = #nj.data.open(path), turn = function() nj.data.open(path) end },
}
