--- Why one recommendation, among all training examples: from a store, or exactly.
local contestant = require "contestant"
local problem = require "problem"

local shape = problem.ml_1m
local train = problem.examples(shape, 100000)
local test = problem.examples(shape, 64)
local checkpoints = problem.checkpoints(shape, train)
local influence
if arg[1] == "exact" then
  influence = nj.influence.tracin{ checkpoints = checkpoints, train = train }
else
  influence = nj.influence.projected{
    store = nj.influence.store{ dir = problem.folder(), checkpoints = checkpoints, train = train },
  }
end

local row = 0
contestant.serve{
  {
    name = "run", units = 1,
    turn = function()
      row = row % #test + 1
      influence:explain(test, row, { k = 5 })
    end,
  },
}
