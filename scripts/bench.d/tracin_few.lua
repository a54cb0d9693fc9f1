--- Exact TracIn of all layers: every training example against few test examples.
local contestant = require "contestant"
local problem = require "problem"

local examples, tests = 8192, 16
local shape = problem.ml_1m
local influence = problem.influence(shape, problem.examples(shape, examples))
local test = problem.examples(shape, tests)

contestant.serve{
  { name = "run", units = examples * tests, turn = function() influence:scores(test) end },
}
