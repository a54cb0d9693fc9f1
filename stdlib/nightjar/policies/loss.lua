--- Drops the examples with the highest mean loss over the checkpoints.
---
--- Networks fit clean examples first, so wrong ones keep a high loss through the early checkpoints;
--- late ones tell less, because by then noise is learned by heart. Hard examples have high losses,
--- too.

--- How many items each example asks for.
local function sizes(train)
  if getmetatable(train) ~= "nj.Sequences" then return 1 end
  local counts = {}
  for position = 1, #train do counts[position] = #train:items(position) end
  return nj.tensor(counts)
end

return nj.policy{
  name = "loss", summary = "Drops the examples whose loss stays high while the model learns.",
  source = "W. Wang, F. Feng, X. He, L. Nie, T.-S. Chua, WSDM 2021 (large losses of implicit"
    .. " feedback are noise)",
  formula = "score(z) = mean over checkpoints c of loss_c(z), for a sequence over its items, too",
  utility = "training loss", mechanism = "the highest scores go",
  objective = "what is learned soon",
  needs = { "checkpoints" },
  reason = "its loss stays high",
  score = function(ctx)
    local sum
    for place, file in ipairs(ctx.checkpoints) do
      ctx:progress(place - 1, #ctx.checkpoints)
      local losses = nj.losses(nj.checkpoint.open(file):model(), ctx.train)
      sum = sum and sum + losses or losses
    end
    return sum / #ctx.checkpoints / sizes(ctx.train)
  end,
}
