--- What a guess scores: the expected metrics of a ranking in random order.
---
--- The floor under every table, for the same examples and candidates as the models:
---
---     nj.chance(test, { mask = "seen" }).mrr
---
--- Closed forms, with n candidates and one relevant item: MRR is (1 + 1/2 + … + 1/n) / n, Hit@k is
--- min(k, n) / n, and nDCG@k is the sum of 1/log2(r + 1) over the ranks r up to min(k, n), over n.

---@class nj.ChanceOptions
---@field mask? "nothing"|"history"|"seen" what is left out of the ranking, as in nj.evaluate
---@field k? integer cut-off of hit and ndcg, 10 when left out

--- Sums of a term over 1, 2, …, made as far as they are asked for.
local function sums(term)
  local known = { [0] = 0 }
  return function(count)
    for n = #known + 1, count do known[n] = known[n - 1] + term(n) end
    return known[count]
  end
end

---@param examples nj.Examples
---@param options? nj.ChanceOptions
---@return table<string, number> # means over the examples: mrr, and with k = 10 hit@10 and ndcg@10
local function chance(examples, options)
  options = options or {}
  for name in pairs(options) do
    if name ~= "mask" and name ~= "k" then
      error(("unknown option '%s' to 'chance'; there are mask and k"):format(tostring(name)), 2)
    end
  end
  local k = options.k or 10
  local nothing = {}
  for place = 1, #examples do nothing[place] = 0 end
  -- Nobody counts, so all candidates tie, and their mean rank tells how many there are.
  local alike = nj.models.popularity(examples:weighted(nothing))
  local ranks = nj.evaluate(
    alike, examples, { "meanrank", mask = options.mask or "nothing", resamples = 0 })
  local reciprocal = sums(function(rank) return 1 / rank end)
  local discounted = sums(function(rank) return 1 / math.log(rank + 1, 2) end)
  local mrr, hit, ndcg = 0, 0, 0
  for _, rank in ipairs(ranks:values("meanrank")) do
    local n = math.floor(2 * rank - 1 + 0.5)
    mrr = mrr + reciprocal(n) / n
    hit = hit + math.min(k, n) / n
    ndcg = ndcg + discounted(math.min(k, n)) / n
  end
  return {
    mrr = mrr / #examples, ["hit@" .. k] = hit / #examples, ["ndcg@" .. k] = ndcg / #examples,
  }
end

return chance
