--- The main job in two phases: an epoch, and all scores at one checkpoint with their test gradient.
local contestant = require "contestant"
local problem = require "problem"

local examples = 90404
local shape = problem.ml_100k
local train = problem.examples(shape, examples)
local test = problem.examples(shape, 9596)
local net = problem.model(shape)
local influence = problem.influence(shape, train)

contestant.serve{
  { name = "train", units = examples, turn = function() problem.epoch(net, shape, train) end },
  { name = "score", units = examples, turn = function() influence:total(test) end },
}
