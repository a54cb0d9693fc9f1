--- One epoch of training of an LSTM next-item model.
local contestant = require "contestant"
local problem = require "problem"

local examples = 20000
local shape = problem.ml_1m
local train = problem.examples(shape, examples)
local net = problem.model(shape)

contestant.serve{
  { name = "run", units = examples, turn = function() problem.epoch(net, shape, train) end },
}
