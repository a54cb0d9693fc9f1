--- Drops the examples that ask for the most popular items, or for the rarest.
---
--- A control: much of what looks like a good choice of examples is a choice of popularity.

return nj.policy{
  name = "popularity", summary = "Drops the examples that ask for the rarest items.",
  formula = "score(z) = -#{ z' in train : target(z') = target(z) }",
  utility = "popularity of the target", mechanism = "the highest scores go",
  objective = "the head of the catalogue",
  needs = { "target_items" },
  options = { drop = { "rare", "which end goes", { "rare", "popular" } } },
  reason = "asks for a rare item",
  score = function(ctx, opt)
    local targets, counts, scores = ctx.target_items, {}, {}
    for _, item in ipairs(targets) do counts[item] = (counts[item] or 0) + 1 end
    local sign = opt.drop == "rare" and -1 or 1
    for position, item in ipairs(targets) do scores[position] = sign * counts[item] end
    return scores
  end,
}
