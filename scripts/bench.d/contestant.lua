--- The Lua side of the benchmark protocol, which peers/contestant.py describes.

local contestant = {}

---@class bench.Phase
---@field name string
---@field units integer units of work that one turn does
---@field turn fun()

local function say(...)
  print(...)
  io.stdout:flush() -- a pipe is waiting for this line
end

--- Warms up, then does one turn of a phase for each line of input that names it.
---@param phases bench.Phase[]
function contestant.serve(phases)
  local turns, ready = {}, { "ready" }
  for _, phase in ipairs(phases) do
    phase.turn()
    turns[phase.name] = phase.turn
    ready[#ready + 1] = ("%s=%d"):format(phase.name, phase.units)
  end
  say(table.concat(ready, " "))
  for name in io.lines() do
    turns[name]()
    say("done")
  end
end

return contestant
