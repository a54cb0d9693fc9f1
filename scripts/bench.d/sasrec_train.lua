--- An epoch of SASRec with the softmax over all items: sequences of 200, predicted item by item.
--- Sizes as in peers/torch_sasrec.py.
local contestant = require "contestant"

local users, items, length, dim, batch = 8 * 128, 3416, 200, 64, 128

local log_users, log_items = {}, {}
for user = 1, users do
  for _ = 0, length do
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
local all = log:whole():chunks{ length = length + 1, minimum = length + 1 }
local chosen = {}
for position, user in ipairs(all.users) do
  if user <= users then chosen[#chosen + 1] = position end
end
local train = all:subset(chosen)
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
