--- Three epochs of training, as long as building a store may take at one checkpoint.
local contestant = require "contestant"
local problem = require "problem"

local examples = 100000
local shape = problem.ml_1m
local train = problem.examples(shape, examples)
local net = problem.model(shape)

contestant.serve{
  {
    name = "run", units = examples,
    turn = function()
      for _ = 1, 3 do problem.epoch(net, shape, train) end
    end,
  },
}
