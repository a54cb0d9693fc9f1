--- Keeps a small share of the examples: those that matter to a surrogate and are worth an effort
--- to the model that will be trained, spread over all degrees of both.
---
--- The influence is that of leaving an example out on the mean training loss of the surrogate whose
--- checkpoints are given: one solve with its curvature for all examples. The effort is the length
--- of the gradient of the model that is to be trained. After the hardest fraction is dropped,
--- scores are cut into bins of equal width, and the smallest bin that is left gives min(its size,
--- what is still to choose / bins left) of its examples, drawn by the seed. The paper's surrogate
--- is a SASRec and its model an LLM; the choice does not depend on that.
---
--- One damping is added to every eigenvalue, whatever the solver. Its default is the authors', who
--- take 0.01 a step with a scale of 25. Otherwise their run differs: 5,000 steps of LiSSA of one
--- example each and the Hessian, here 200 of 64 examples, too few for a small damping, and the
--- Gauss-Newton matrix unless curvature says otherwise. In their scripts lambda is 0.3 or 1 and
--- bins are 50; 25 without them.
---
--- What is kept covers noise as it covers everything else: a tenth of a log with junk users has
--- about their share, as junk has a low influence and a high effort, which together are ordinary.
--- Where a fifth of the sequences are junk, lambda = 2 with hardest = 0.4 leaves 12 % of it among
--- those kept, not 19 % (see the spec). Drop noise first.

--- Values from 0 to 1; all 0 where they do not differ.
local function scaled(values)
  local low, high = values:min(), values:max()
  if high <= low then return values * 0 end
  return (values - low) / (high - low)
end

--- How much the mean training loss rises when an example is left out.
local function influence_of(ctx, opt)
  local last = ctx.checkpoints[#ctx.checkpoints]
  local attribution = opt.attribution
  if not attribution then
    local settings = {
      checkpoint = last, train = ctx.train, damping = opt.damping, curvature = opt.curvature,
      parameters = opt.parameters, seed = ctx.seed,
    }
    if opt.solver == "lissa" then settings.scale = opt.scale end
    attribution = nj.influence[opt.solver](settings)
  end
  return attribution:total(ctx.train):tensor()
end

--- The length of each example's gradient on the model that is to be trained.
local function effort_of(ctx, opt)
  local files = opt.large or ctx.checkpoints
  local attribution = opt.effort
    or nj.influence.tracin{ checkpoints = { files[#files] }, train = ctx.train }
  return attribution:self():tensor():sqrt()
end

--- Draws `count` examples from bins of equal width, the smallest bins first.
local function covering(ctx, scores, candidates, count, bins)
  local low, high = math.huge, -math.huge
  for _, position in ipairs(candidates) do
    low, high = math.min(low, scores[position]), math.max(high, scores[position])
  end
  local filled, of_bin = {}, {}
  for _, position in ipairs(candidates) do
    local share = high > low and (scores[position] - low) / (high - low) or 0
    local bin = math.min(bins, 1 + math.floor(share * bins))
    if not of_bin[bin] then
      of_bin[bin] = {}
      filled[#filled + 1] = bin
    end
    table.insert(of_bin[bin], position)
  end
  table.sort(filled, function(a, b)
    if #of_bin[a] ~= #of_bin[b] then return #of_bin[a] < #of_bin[b] end
    return a < b
  end)
  local chosen = {}
  for place, bin in ipairs(filled) do
    local share = (count - #chosen) // (#filled - place + 1)
    local drawn = ctx:shuffled(of_bin[bin], "bin " .. bin)
    table.move(drawn, 1, math.min(#drawn, share), #chosen + 1, chosen)
  end
  return chosen
end

return nj.policy{
  name = "dealrec",
  summary = "Keeps few examples of high influence and effort that cover all degrees of both.",
  source = "X. Lin, W. Wang, Y. Li, S. Yang, F. Feng, Y. Wei, T.-S. Chua, SIGIR 2024 (DEALRec)",
  formula = "score = minmax(<H^-1 v, grad loss_i>) + lambda minmax(|grad loss_i|), v the mean"
    .. " gradient",
  utility = "influence on the training loss, and effort", mechanism = "draws from bins of scores",
  objective = "all degrees of difficulty",
  needs = { "checkpoints" },
  options = {
    keep = { 0.1, "share of the examples to keep", min = 0, max = 1 },
    lambda = { 0.5, "weight of the effort", min = 0 },
    hardest = { 0.1, "share with the highest scores that is never kept", min = 0, max = 1 },
    bins = { 50, "bins of scores", min = 1 },
    solver = { "lissa", "how the curvature is solved", { "lissa", "cg" } },
    damping = { 0.25, "what is added to every eigenvalue of the curvature", min = 0 },
    scale = { type = "number", optional = true,
      "what lissa divides the curvature by; by its largest eigenvalues when left out" },
    curvature = { "gauss_newton", "of the mean loss; the paper's is hessian",
      { "gauss_newton", "fisher", "empirical_fisher", "hessian" } },
    parameters = { type = "string | table", default = "last_layer",
      "whose gradients count: all, last_layer, or a list of names" },
    large = { type = "table", optional = true,
      "checkpoints of the model that is to be trained; the surrogate's when left out" },
    attribution = { type = "any", optional = true, "an attribution in place of the solver's" },
    effort = { type = "any", optional = true, "an attribution whose self() is the squared effort" },
  },
  select = function(ctx, opt)
    local scores = scaled(influence_of(ctx, opt)) + opt.lambda * scaled(effort_of(ctx, opt))
    local order = scores:argsort{ descending = true }
    local pruned = math.floor(opt.hardest * #order + 0.5)
    local candidates = table.move(order, pruned + 1, #order, 1, {})
    local count = math.min(#candidates, math.floor(opt.keep * #order + 0.5))
    local chosen = covering(ctx, scores:totable(), candidates, count, opt.bins)
    return ctx:keep(chosen, { reason = "not needed to cover influence and effort" })
  end,
}
