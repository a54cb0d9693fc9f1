--- The filtering policies that there are, by name: those of Nightjar and those beside the script.
---
---     harmful = nj.policies.opponents{ train = train, valid = parts.valid, run = run }
---     print(nj.policies)
---
--- nj.policies.gentle is nightjar/policies/gentle.lua of Nightjar itself, or policies/gentle.lua or
--- gentle.lua beside the script. A file is loaded when its policy is first asked for.

local folders = { "nightjar.policies.", "policies.", "" }

local policies = {}

--- The names of the modules of folders, and of the policies that are loaded, sorted.
local function names_in(places)
  local found, seen = {}, {}
  local function add(name)
    if seen[name] then return end
    seen[name] = true
    found[#found + 1] = name
  end
  for _, folder in ipairs(places) do
    for _, module in ipairs(nj.modules(folder)) do add(module:match("[^.]+$")) end
  end
  for name in next, policies do add(name) end
  table.sort(found)
  return found
end

--- The names of all policies; a file just beside the script may be something else, so it counts
--- when it was loaded as a policy.
local function names() return names_in{ "nightjar.policies", "policies" } end

--- The policies that can be loaded, and what is wrong with the others, by name.
local function loaded()
  local found, broken = {}, {}
  for _, name in ipairs(names()) do
    local ok, value = pcall(function() return policies[name] end)
    if ok then found[name] = value else broken[name] = tostring(value) end
  end
  return found, broken
end

--- The policy that a module gives; nothing when there is no such module.
local function load_policy(module)
  local ok, value = pcall(require, module)
  if not ok then
    if tostring(value):find("module '" .. module .. "' not found", 1, true) then return nil end
    error(value, 0)
  end
  local metatable = getmetatable(value)
  if type(metatable) ~= "table" or metatable.__name ~= "nj.Policy" then
    error(("%s.lua gives a %s where a policy is wanted; end it with return nj.policy{ … }")
      :format(module:gsub("%.", "/"), type(value)), 3)
  end
  return value
end

return setmetatable(policies, {
  __name = "nj.policies",
  __index = function(_, name)
    if type(name) ~= "string" then return nil end
    for _, folder in ipairs(folders) do
      local policy = load_policy(folder .. name)
      if policy then
        rawset(policies, name, policy)
        return policy
      end
    end
    local near = nj.closest(name, names_in{ "nightjar.policies", "policies", "" })
    local hint = near and (" (did you mean '%s'?)"):format(near) or ""
    error(("there is no policy '%s'%s; print(nj.policies) lists them, and policies/%s.lua beside"
      .. " the script would be one"):format(name, hint, name), 2)
  end,
  __pairs = function()
    local list, found, place = {}, loaded(), 0
    for name in next, found do list[#list + 1] = name end
    table.sort(list)
    return function()
      place = place + 1
      if list[place] then return list[place], found[list[place]] end
    end
  end,
  __tostring = function()
    local lines, width = {}, 0
    local found, broken = loaded()
    for _, name in ipairs(names()) do width = math.max(width, #name) end
    for _, name in ipairs(names()) do
      lines[#lines + 1] = ("%-" .. width .. "s  %s"):format(
        name, found[name] and found[name].summary or "cannot be loaded: " .. broken[name])
    end
    return table.concat(lines, "\n")
  end,
})
