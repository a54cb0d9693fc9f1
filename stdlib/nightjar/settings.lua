--- Settings that a Lua function takes in one table: their defaults, limits and meanings, once.
---
---     local declared = settings.declare("policy 'opponents'", {
---       count = { 500, "how many to drop", min = 1 },
---       order = { "worst", "which go first", { "worst", "best" } },
---       model = { type = "function", "makes a model from a seed" },
---     })
---     local opt = declared:read{ cuont = 3 }  -- … (did you mean 'count'?)
---
--- As in nj.options, the type of the default is the type of the setting, and a whole default asks
--- for whole numbers. A setting may name its type, or types as in "integer | table"; it must be
--- given then, unless it has a default = … or is optional = true.

local settings = {}
local Declared = {}
Declared.__index = Declared

--- The type of a value in the words that settings use.
local function kind(value)
  if type(value) == "number" then return math.type(value) == "integer" and "integer" or "number" end
  if type(value) == "userdata" then return getmetatable(value) end -- such as nj.Examples
  return type(value)
end

local function one(owner, name, field)
  if type(field) ~= "table" then field = { field } end
  if field.type then
    return {
      name = name, type = field.type, summary = field[1] or "", default = field.default,
      required = not field.optional and field.default == nil,
    }
  end
  if field[1] == nil then
    error(("%s: setting '%s' needs a default or a type"):format(owner, name), 4)
  end
  return {
    name = name, type = kind(field[1]), default = field[1], summary = field[2] or "",
    choices = field[3], min = field.min, max = field.max,
  }
end

---@param owner string whose settings they are, for messages
---@param fields table<string, any>
function settings.declare(owner, fields)
  local list, by_name = {}, {}
  for name, field in pairs(fields) do
    local setting = one(owner, name, field)
    list[#list + 1], by_name[name] = setting, setting
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return setmetatable({ owner = owner, list = list, by_name = by_name }, Declared)
end

local function has_type(value, wanted)
  local found = kind(value)
  if wanted == "number" then return found == "integer" or found == "number" end
  for word in wanted:gmatch("[^|%s]+") do -- "nj.Examples | nj.Part"
    if word == found or word == "any" then return true end
  end
  return false
end

--- What is wrong with a value, in words, or nothing.
local function problem(setting, value)
  if not has_type(value, setting.type) then
    return ("must be %s, got %s"):format(setting.type, kind(value))
  end
  if type(value) == "number" then
    if value ~= value then return "must be a number, got NaN" end
    if setting.min and value < setting.min or setting.max and value > setting.max then
      local limits = {}
      if setting.min then limits[#limits + 1] = "at least " .. setting.min end
      if setting.max then limits[#limits + 1] = "at most " .. setting.max end
      return ("must be %s, got %s"):format(table.concat(limits, " and "), value)
    end
  end
  if setting.choices then
    for _, choice in ipairs(setting.choices) do if value == choice then return nil end end
    local near = type(value) == "string" and nj.closest(value, setting.choices)
    return ("must be one of %s, got '%s'%s"):format(
      table.concat(setting.choices, ", "), tostring(value),
      near and (" (did you mean '%s'?)"):format(near) or "")
  end
  return nil
end

--- What an integral float is where a whole number is wanted, as everywhere in Lua.
local function converted(setting, value)
  if setting.type == "integer" then return math.tointeger(value) or value end
  return value
end

--- The value of every setting; errors point at the code `level` calls up.
---@param given? table<string, any>
---@param level? integer
---@return table<string, any>
function Declared:read(given, level)
  level = (level or 1) + 1
  local values = {}
  for name, value in pairs(given or {}) do
    local setting = self.by_name[name]
    if not setting then
      local names = {}
      for i, known in ipairs(self.list) do names[i] = known.name end
      local near = type(name) == "string" and nj.closest(name, names)
      error(("unknown option '%s' to %s%s"):format(tostring(name), self.owner,
        near and (" (did you mean '%s'?)"):format(near)
          or "; it has " .. table.concat(names, ", ")), level)
    end
    value = converted(setting, value)
    local wrong = problem(setting, value)
    if wrong then error(("%s: '%s' %s"):format(self.owner, name, wrong), level) end
    values[name] = value
  end
  for _, setting in ipairs(self.list) do
    if values[setting.name] == nil then
      if setting.required then
        error(("%s needs '%s': %s"):format(self.owner, setting.name, setting.summary), level)
      end
      values[setting.name] = setting.default
    end
  end
  return values
end

--- One line a setting, for help.
---@return string
function Declared:help()
  local width, lines = 0, {}
  for _, setting in ipairs(self.list) do width = math.max(width, #setting.name) end
  for i, setting in ipairs(self.list) do
    local notes = {}
    if setting.choices then notes[#notes + 1] = table.concat(setting.choices, ", ") end
    if setting.min then notes[#notes + 1] = "from " .. setting.min end
    if setting.max then notes[#notes + 1] = "to " .. setting.max end
    if setting.default ~= nil then notes[#notes + 1] = "default " .. tostring(setting.default) end
    if setting.required then notes[#notes + 1] = "needed" end
    lines[i] = ("  %-" .. width .. "s  %s%s"):format(setting.name, setting.summary,
      #notes > 0 and " (" .. table.concat(notes, "; ") .. ")" or "")
  end
  return table.concat(lines, "\n")
end

return settings
