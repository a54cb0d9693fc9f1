--- One influence score an example against the mean gradient of test examples.
local contestant = require "contestant"
local problem = require "problem"

local examples = 90404
local shape = problem.ml_100k
local influence = problem.influence(shape, problem.examples(shape, examples))
local test = problem.examples(shape, 1024)

contestant.serve{
  { name = "run", units = examples, turn = function() influence:total(test) end },
}
