describe("the co-occurrence policy", function()
  local histories = { { 1, 2, 3, 1 }, { 1, 2, 4 }, { 2, 1, 3, 3 }, { 4 } }

  local function train_of(lists)
    local users, items = {}, {}
    for user, list in ipairs(lists) do
      for _, item in ipairs(list) do users[#users + 1], items[#items + 1] = user, item end
    end
    return nj.data.interactions{ users = users, items = items }:whole():windows{ length = 5 }
  end

  --- The sum of 1 / distance over ordered pairs of places of two items, in some histories.
  local function counted(lists, a, b, window)
    local sum = 0
    for _, list in ipairs(lists) do
      for place, one in ipairs(list) do
        for other, two in ipairs(list) do
          local distance = math.abs(place - other)
          if distance >= 1 and distance <= window and (a == nil or one == a)
            and (b == nil or two == b) then
            sum = sum + 1 / distance
          end
        end
      end
    end
    return sum
  end

  it("scores by minus the mean log of counts over what chance gives", function()
    local train, window, s = train_of(histories), 2, 0.5
    local _, scores = nj.policies.cooccurrence{ train = train, window = window, smoothing = s }
    local total = counted(histories, nil, nil, window)
    local place_of = {}
    for position, user in ipairs(train.users) do
      place_of[user] = (place_of[user] or 0) + 1
      local list, place = histories[user], place_of[user]
      local sum, weights = 0, 0
      for other, item in ipairs(list) do
        local distance = math.abs(place - other)
        if distance >= 1 and distance <= window then
          local a, unordered = list[place], list[place] == item and 2 or 1
          local others = (counted(histories, a, item, window)
            - counted({ list }, a, item, window)) / unordered
          local chance = counted(histories, a, nil, window) * counted(histories, item, nil, window)
            / total / unordered
          sum = sum + math.log((others + s) / (chance + s)) / distance
          weights = weights + 1 / distance
        end
      end
      assert.near(weights > 0 and -sum / weights or 0, scores[position], 1e-5)
    end
  end)

  it("finds slips on a log whose popular items are slips, on every seed", function()
    for seed = 2, 4 do
      local log = nj.data.simulate{ users = 500, seed = seed }
      local train = log:split{ by = "tail", valid = 0.1, test = 0.1, min_rows = 10 }
        .train:windows{ length = 20 }
      local truth = nj.planted.truth_of(train)
      local _, scores = nj.policies.cooccurrence{ train = train }
      local found = nj.stats.detection(scores:totable(), truth.misclicks)
      assert.is_truthy(found.auc > 0.9, ("seed %d: AUC %.3f"):format(seed, found.auc))
      local _, rarity = nj.policies.popularity{ train = train }
      assert.is_truthy(nj.stats.detection(rarity:totable(), truth.misclicks).auc < 0.5)
    end
  end)

  it("does not depend on the order of the examples", function()
    local train, reversed = train_of(histories), {}
    for position = #train, 1, -1 do reversed[#reversed + 1] = position end
    local _, scores = nj.policies.cooccurrence{ train = train }
    local _, others = nj.policies.cooccurrence{ train = train:subset(reversed) }
    for place, position in ipairs(reversed) do
      assert.near(scores[position], others[place], 1e-6)
    end
  end)

  it("says how many neighbours it can look at", function()
    local ok, message = pcall(nj.policies.cooccurrence, { train = train_of(histories), window = 0 })
    assert.is_false(ok)
    assert.matches("window", message)
  end)
end)
