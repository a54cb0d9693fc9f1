--- An epoch of SASRec with the softmax over all items: sequences of 200, predicted item by item.
--- Sizes as in peers/torch_sasrec.py.
local contestant = require "contestant"
local problem = require "problem"

local users, items, length, dim, batch = 8 * 128, 3416, 200, 64, 128

local train = problem.sequences(users, items, length + 1)
local net = nj.models.sequence{
  items = items, dim = dim, representation = "sasrec", loss = "softmax",
  blocks = 2, heads = 1, dropout = 0.1, max_length = length,
}

contestant.serve{
  {
    name = "run", units = users,
    turn = function() nj.fit(net, train, { epochs = 1, batch = batch, lr = 1e-3 }) end,
  },
}
