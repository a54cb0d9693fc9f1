--- Whole numbers in proportion to given ones, such as seats to votes, by largest remainder.
---
---     nj.apportion({ 1, 1, 3 }, 9)  -- 2, 2, 5
---
--- Every number gets its share of the sum rounded down, and what is left goes in ones to those that
--- lost most, the earlier of equal ones. Numbers below 0 count as 0; when none is above, all are
--- equal.

---@param values nj.Tensor|number[]
---@param sum integer what the whole numbers add up to
---@return integer[]
return function(values, sum)
  if math.type(sum) ~= "integer" or sum < 0 then
    error(("nj.apportion needs a whole sum from 0, got %s"):format(tostring(sum)), 2)
  end
  values = nj.tensor(values)
  if not values:isfinite() then
    error("nj.apportion needs numbers that are finite in single precision", 2)
  end
  local above = values:maximum(0):totable()
  local total = 0
  for _, value in ipairs(above) do total = total + value end
  local whole, lost, left = {}, {}, sum
  for place, value in ipairs(above) do
    local share = total > 0 and value / total * sum or sum / #above
    whole[place] = math.floor(share)
    lost[place], left = share - whole[place], left - whole[place]
  end
  local order = #above > 0 and nj.tensor(lost):argsort{ descending = true } or {}
  for place = 1, math.min(left, #order) do whole[order[place]] = whole[order[place]] + 1 end
  return whole
end
