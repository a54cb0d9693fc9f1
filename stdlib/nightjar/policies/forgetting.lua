--- Drops the examples that are forgotten most often, or never learned.
---
--- An example is known at a checkpoint when its target ranks among the first k of all items, and
--- forgotten when it was known at the checkpoint before. One that no checkpoint knows counts as
--- forgotten more often than any other, as in the paper. The paper drops the other end, examples
--- that are never forgotten, to train on less: drop = "least". Ties are broken by the seed.

return nj.policy{
  name = "forgetting", summary = "Drops the examples that are forgotten most, or never learned.",
  source = "M. Toneva, A. Sordoni, R. Tachet des Combes, A. Trischler, Y. Bengio, G. J. Gordon,"
    .. " ICLR 2019",
  formula = "score(z) = #{ c : rank_c(z) <= k < rank_{c+1}(z) }; never known: the number of"
    .. " checkpoints",
  utility = "forgetting events", mechanism = "the highest scores go",
  objective = "what stays learned",
  needs = { "checkpoints" },
  options = {
    k = { 10, "an example is known when its target is among so many", min = 1 },
    drop = { "most", "which end goes", { "most", "least" } },
  },
  reason = "forgotten often, or never learned",
  score = function(ctx, opt)
    local hit = "hit@" .. opt.k
    local events, before, was_known = {}, {}, {}
    for position = 1, #ctx.train do events[position] = 0 end
    for place, file in ipairs(ctx.checkpoints) do
      ctx:progress(place - 1, #ctx.checkpoints)
      local model = nj.checkpoint.open(file):model()
      local known = nj.evaluate(model, ctx.train, { hit, resamples = 0 }):values(hit)
      for position, now in ipairs(known) do
        if now == 1 then was_known[position] = true end
        if before[position] == 1 and now == 0 then events[position] = events[position] + 1 end
      end
      before = known
    end
    for position in ipairs(events) do
      if not was_known[position] then events[position] = #ctx.checkpoints end
    end
    local order = {}
    for position in ipairs(events) do order[position] = position end
    for place, position in ipairs(ctx:shuffled(order, "ties of forgetting")) do
      events[position] = events[position] + place / (#order + 1)
    end
    local scores = nj.tensor(events)
    return opt.drop == "most" and scores or -scores
  end,
}
