--- Drops the examples that most raise the target loss.
---
--- The influence is TracIn over the checkpoints unless a call gives another attribution; a score of
--- an opponent is negative there, and its size is what the policy ranks by.

return nj.policy{
  name = "opponents", summary = "Drops the examples that most raise the target loss.",
  source = "G. Pruthi, F. Liu, S. Kale, M. Sundararajan, NeurIPS 2020",
  formula = "score(z) = -influence(z, target); TracIn: sum_c lr_c grad loss(z) . grad loss(target)",
  utility = "influence on the mean loss of the target", mechanism = "the highest scores go",
  objective = "match the target",
  needs = { "influence", "target" },
  reason = "raises the loss of the target",
  score = function(ctx) return -ctx.influence:total(ctx.target):tensor() end,
}
