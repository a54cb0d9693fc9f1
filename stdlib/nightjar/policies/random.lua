--- Drops examples at random: what any policy of the same size has to beat.

return nj.policy{
  name = "random", summary = "Drops examples at random, the control of equal size.",
  utility = "none", mechanism = "a draw without replacement", objective = "the training examples",
  reason = "drawn at random",
  score = function(ctx)
    local order = {}
    for position = 1, #ctx.train do order[position] = position end
    local scores = {}
    for place, position in ipairs(ctx:shuffled(order, "random")) do scores[position] = -place end
    return scores
  end,
}
