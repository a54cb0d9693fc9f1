--- Drops the examples with the longest gradients: those that only themselves explain.
---
--- Mislabelled and unusual examples tend to have the largest self-influence; so do rare and useful
--- ones, which is why this is a control in nj.experiment and not a recommendation.

return nj.policy{
  name = "self_influence",
  summary = "Drops the examples that most lower their own loss: mislabelled or unusual ones.",
  source = "G. Pruthi, F. Liu, S. Kale, M. Sundararajan, NeurIPS 2020, section 4.1",
  formula = "score(z) = influence(z, z); TracIn: sum_c lr_c |grad loss(z)|^2",
  utility = "self-influence", mechanism = "the highest scores go", objective = "what others share",
  needs = { "influence" },
  reason = "only itself explains it",
  score = function(ctx) return ctx.influence:self():tensor() end,
}
