--- Full-catalogue ranking with three metrics.
local contestant = require "contestant"
local problem = require "problem"

local examples = 20000
local test = problem.examples(problem.ml_1m, examples)
local net = problem.model(problem.ml_1m)

contestant.serve{
  {
    name = "run",
    units = examples,
    turn = function() nj.evaluate(net, test, { "mrr", "recall@10", "ndcg@10", resamples = 0 }) end,
  },
}
