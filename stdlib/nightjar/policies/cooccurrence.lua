--- Drops the examples whose item goes least with what the user chose just before and after.
---
--- A model that reads histories asks what comes next; a slip can also be told by what came after,
--- which such a model never looks at. Counts leave out the user's own pairs, so that no example
--- speaks for itself, and the score does not rise or fall with the popularity of an item: an item
--- that many clicked by mistake is popular, too, and a model that learned it finds it likely.
---
--- Neighbours are the user's other training examples, so choose among all of them, not a subset.

--- The items of each user in order, and the position in train that asks for each; false for those
--- before the first example.
local function histories(ctx)
  local targets, all = ctx.target_items, {}
  for user, positions in pairs(ctx:positions_by_user()) do
    local items, asked_at = {}, {}
    for place, item in ipairs(ctx:history(positions[1])) do
      items[place], asked_at[place] = item, false
    end
    for _, position in ipairs(positions) do
      items[#items + 1] = targets[position]
      asked_at[#items] = position
    end
    all[#all + 1] = { user = user, items = items, asked_at = asked_at }
  end
  table.sort(all, function(a, b) return a.user < b.user end)
  return all
end

--- A number for a pair of items, the same in either order.
local function key(a, b, n_items)
  return a < b and a * (n_items + 1) + b or b * (n_items + 1) + a
end

--- Adds the pairs of one history to counts, at weight 1 / distance.
local function count(items, window, n_items, counts)
  for place, item in ipairs(items) do
    for distance = 1, math.min(window, place - 1) do
      local pair = key(items[place - distance], item, n_items)
      counts[pair] = (counts[pair] or 0) + 1 / distance
    end
  end
  return counts
end

return nj.policy{
  name = "cooccurrence",
  summary = "Drops the examples whose item goes least with its neighbours in the history.",
  source = "K. W. Church, P. Hanks, Computational Linguistics 16(1), 1990 (pointwise mutual"
    .. " information); J. Pennington, R. Socher, C. Manning, EMNLP 2014 (counts by 1 / distance)",
  formula = "score(z) = -sum_q w_q log((C(i, i_q) - own + s) / (m(i) m(i_q) / m + s)) / sum_q w_q,"
    .. " over the neighbours q of z at most `window` away; w = 1 / distance, C the sum of w over"
    .. " all pairs of neighbours, m(i) its sums, own what the user added to C, s = `smoothing`",
  utility = "pointwise mutual information with both sides of the history",
  mechanism = "the highest scores go", objective = "items that others choose together",
  needs = { "target_items" },
  options = {
    window = { 10, "how many items before and after are neighbours", min = 1 },
    smoothing = { 10.0, "added to counts and to what chance expects: rare pairs tell little",
      min = 1e-6 },
  },
  reason = "goes with nothing around it",
  score = function(ctx, opt)
    local n_items, all = ctx.log.n_items, histories(ctx)
    local counts = {}
    for _, one in ipairs(all) do count(one.items, opt.window, n_items, counts) end
    local of_item, total = {}, 0
    for pair, weight in pairs(counts) do
      local a, b = pair // (n_items + 1), pair % (n_items + 1)
      of_item[a] = (of_item[a] or 0) + weight
      of_item[b] = (of_item[b] or 0) + weight
      total = total + 2 * weight
    end
    local scores = {}
    for done, one in ipairs(all) do
      ctx:progress(done, #all)
      local items, own = one.items, count(one.items, opt.window, n_items, {})
      for place, position in ipairs(one.asked_at) do
        local sum, weights = 0, 0
        for other = math.max(1, place - opt.window), math.min(#items, place + opt.window) do
          if position and other ~= place then
            local a, b = items[place], items[other]
            local pair, weight = key(a, b, n_items), 1 / math.abs(place - other)
            local by_chance = of_item[a] * of_item[b] / total / (a == b and 2 or 1)
            sum = sum + weight * math.log(
              (counts[pair] - own[pair] + opt.smoothing) / (by_chance + opt.smoothing))
            weights = weights + weight
          end
        end
        if position then scores[position] = weights > 0 and -sum / weights or 0 end
      end
    end
    return scores
  end,
}
