--- Keeps the k-core: the most examples among which each user and each item has at least k.
---
--- Takes out the examples of users and targets with fewer than k, and again until nothing changes;
--- the order does not matter. Labels are dropped, histories stay: for a log without the
--- interactions, use parts:without(train:as_rows(selection)).

return nj.policy{
  name = "kcore", summary = "Keeps the examples whose user and item have at least k of them.",
  source = "S. B. Seidman, Social Networks 5(3), 1983; the filter of most recommender data sets",
  formula = "the largest S in train with #{ z in S : user(z) = u } >= k and"
    .. " #{ z in S : target(z) = i } >= k",
  utility = "number of examples of the user and of the item", mechanism = "peeling",
  objective = "a dense log",
  needs = { "target_items" },
  options = { k = { 5, "least number of examples of a user and of an item", min = 1 } },
  select = function(ctx, opt)
    local users, targets = ctx.train.users, ctx.target_items
    local of_user, of_item = {}, {}
    for position, user in ipairs(users) do
      of_user[user] = (of_user[user] or 0) + 1
      of_item[targets[position]] = (of_item[targets[position]] or 0) + 1
    end
    local is_dropped, drop, reasons = {}, {}, {}
    repeat
      local before = #drop
      for position, user in ipairs(users) do
        local item = targets[position]
        if not is_dropped[position] and (of_user[user] < opt.k or of_item[item] < opt.k) then
          is_dropped[position] = true
          drop[#drop + 1] = position
          reasons[#drop] = of_user[user] < opt.k and ("user has %d"):format(of_user[user])
            or ("item has %d"):format(of_item[item])
          of_user[user], of_item[item] = of_user[user] - 1, of_item[item] - 1
        end
      end
    until #drop == before
    return nj.selection{ drop = drop, reason = ("outside the %d-core"):format(opt.k),
      reasons = reasons }
  end,
}
