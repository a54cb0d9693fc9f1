--- Exact TracIn of all layers, or of the last one: every training example against many tests.
local contestant = require "contestant"
local problem = require "problem"

local examples, tests = 8192, 1000
local shape = problem.ml_1m
local influence = problem.influence(shape, problem.examples(shape, examples), arg[1])
local test = problem.examples(shape, tests)

contestant.serve{
  { name = "run", units = examples * tests, turn = function() influence:scores(test) end },
}
