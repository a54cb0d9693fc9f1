--- Training of a sequence model as Spotlight does it: every item of sequences of 100, tied
--- embeddings, Adam with L2. Arguments: representation, loss.
local contestant = require "contestant"
local problem = require "problem"

local representation, loss = arg[1], arg[2]
local users, items, length, dim, batch = 8 * 208, 3706, 100, 112, 208

local train = problem.sequences(users, items, length)
local net = nj.models.sequence{
  items = items, dim = dim, representation = representation, loss = loss, negatives = 5,
  -- As the mLSTM post has it.
  initial_state = representation == "mlstm" and "learned" or "zeros",
  emits = representation == "mlstm" and "cell" or "hidden",
}

contestant.serve{
  {
    name = "run", units = users,
    turn = function()
      nj.fit(net, train, { epochs = 1, batch = batch, lr = 4e-3, weight_decay = 1e-6 })
    end,
  },
}
