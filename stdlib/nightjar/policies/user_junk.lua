--- Drops all examples of the users who look most like junk.
---
--- Four ways to tell them, each a mean over the examples of a user:
---
---   loss        their loss over the checkpoints: nobody can predict clicks at random
---   surprise    -log of the share of other users' steps from the item before to this one, one
---               added to each count: the same without a model
---   popularity  -log of the share of other users' examples that ask for the item: attackers and
---               bots fill their profiles evenly
---   influence   how much they raise the target loss
---
--- The mean over a user averages out single unusual choices, which is why finding users is much
--- easier than finding examples. Users with fewer than `least` examples are left alone.

local rules = {}

--- -log of a share among counts that leave out one user's own, with one added to each.
local function surprise(count, own, total, own_total, kinds)
  return -math.log((count - own + 1) / (total - own_total + kinds))
end

function rules.popularity(ctx)
  local targets, users, items = ctx.target_items, ctx.train.users, ctx.log.n_items
  local counts, own, totals = {}, {}, {}
  for position, item in ipairs(targets) do
    local user = users[position]
    own[user] = own[user] or {}
    counts[item] = (counts[item] or 0) + 1
    own[user][item] = (own[user][item] or 0) + 1
    totals[user] = (totals[user] or 0) + 1
  end
  local scores = {}
  for position, item in ipairs(targets) do
    local user = users[position]
    scores[position] = surprise(counts[item], own[user][item], #targets, totals[user], items)
  end
  return scores
end

function rules.surprise(ctx)
  local targets, users, items = ctx.target_items, ctx.train.users, ctx.log.n_items
  local from, counts, totals, own, own_totals = {}, {}, {}, {}, {}
  local function count(table, key) table[key] = (table[key] or 0) + 1 end
  for position, item in ipairs(targets) do
    local history, user = ctx:history(position), users[position]
    local before = history[#history] or 0
    from[position] = before
    count(counts, before * (items + 1) + item)
    count(totals, before)
    own[user], own_totals[user] = own[user] or {}, own_totals[user] or {}
    count(own[user], before * (items + 1) + item)
    count(own_totals[user], before)
  end
  local scores = {}
  for position, item in ipairs(targets) do
    local user, before = users[position], from[position]
    local step = before * (items + 1) + item
    scores[position] = surprise(
      counts[step], own[user][step], totals[before], own_totals[user][before], items)
  end
  return scores
end

function rules.loss(ctx)
  local _, scores = nj.policies.loss{ train = ctx.train, checkpoints = ctx.checkpoints }
  return scores:totable()
end

function rules.influence(ctx)
  local _, scores = nj.policies.opponents{
    train = ctx.train, target = ctx.target, influence = ctx.influence,
  }
  return scores:totable()
end

return nj.policy{
  name = "user_junk", summary = "Drops all examples of the users who look most like junk.",
  source = "R. Burke, B. Mobasher, C. Williams, R. Bhaumik, KDD 2006 (profiles are told by"
    .. " statistics of their rows); W. Wang et al., WSDM 2021 (by loss)",
  formula = "score(u) = mean over the examples z of u of score(z), by rule",
  utility = "how unlike others a user is", mechanism = "the highest scores go, user by user",
  objective = "what users share",
  needs = { "target_items" },
  options = {
    rule = { "surprise", "what is averaged over a user",
      { "surprise", "loss", "popularity", "influence" } },
    users = { 0.05, "share of the users with `least` examples or more to drop", min = 0, max = 1 },
    least = { 3, "users with fewer examples are left alone", min = 1 },
  },
  select = function(ctx, opt)
    local of_examples, positions = rules[opt.rule](ctx), ctx:positions_by_user()
    local scores, ranked, score_of, lowest = {}, {}, {}, math.huge
    for user, own in pairs(positions) do
      local sum = 0
      for _, position in ipairs(own) do sum = sum + of_examples[position] end
      score_of[user], lowest = sum / #own, math.min(lowest, sum / #own)
      if #own >= opt.least then ranked[#ranked + 1] = user end
    end
    for user, own in pairs(positions) do
      -- Users left alone come after all others.
      local score = #own >= opt.least and score_of[user] or lowest - 1
      for _, position in ipairs(own) do scores[position] = score end
    end
    table.sort(ranked, function(a, b)
      if score_of[a] ~= score_of[b] then return score_of[a] > score_of[b] end
      return a < b
    end)
    local drop, reasons = {}, {}
    for place = 1, math.min(#ranked, math.floor(opt.users * #ranked + 0.5)) do
      for _, position in ipairs(positions[ranked[place]]) do
        drop[#drop + 1] = position
        reasons[#drop] = ("user %d: %s %.4g"):format(
          ranked[place], opt.rule, score_of[ranked[place]])
      end
    end
    return nj.selection{ drop = drop, reason = "of a user who looks like junk", reasons = reasons },
      nj.tensor(scores)
  end,
}
