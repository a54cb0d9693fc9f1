--- Projected gradients of all training examples at one checkpoint, written to disk.
local contestant = require "contestant"
local problem = require "problem"

local examples = 100000
local shape = problem.ml_1m
local train = problem.examples(shape, examples)
local checkpoints = problem.checkpoints(shape, train)

--- Deletes a store of one checkpoint, which would be found complete in the next turn.
local function delete(dir)
  local number = 1
  while os.remove(("%s/checkpoint-0001/shard-%05d.safetensors"):format(dir, number)) do
    number = number + 1
  end
  os.remove(dir .. "/checkpoint-0001")
  os.remove(dir .. "/store.json")
  os.remove(dir)
end

contestant.serve{
  {
    name = "run", units = examples,
    turn = function()
      local dir = problem.folder()
      nj.influence.store{ dir = dir, checkpoints = checkpoints, train = train }
      delete(dir)
    end,
  },
}
