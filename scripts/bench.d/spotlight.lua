--- Training of a sequence model as Spotlight does it: every item of sequences of 100, tied
--- embeddings, Adam with L2. Arguments: representation, loss.
local contestant = require "contestant"

local representation, loss = arg[1], arg[2]
local users, items, length, dim, batch = 8 * 208, 3706, 100, 112, 208

local log_users, log_items = {}, {}
for user = 1, users do
  for _ = 1, length do
    log_users[#log_users + 1] = user
    log_items[#log_items + 1] = math.random(items)
  end
end
-- A user of all items keeps the number of items; too long for one piece, it is left out below.
for item = 1, items do
  log_users[#log_users + 1] = users + 1
  log_items[#log_items + 1] = item
end
local log = nj.data.interactions{ users = log_users, items = log_items }
local all = log:whole():chunks{ length = length, minimum = length }
local chosen = {}
for position, user in ipairs(all.users) do
  if user <= users then chosen[#chosen + 1] = position end
end
local train = all:subset(chosen)
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
