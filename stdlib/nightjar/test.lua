--- Specs in the verbs of busted: describe, it, before_each, after_each, pending and assert.
--
-- A spec file is run by `nightjar test` with these as its variables:
--
--     describe("a stack", function()
--         it("gives back what came last", function()
--             assert.equal(2, stack.pop())
--         end)
--     end)

local test = {}

-- Values as text --------------------------------------------------------------------------------

--- A short text of a value, with strings quoted and tables by their first fields.
local function show(value, depth)
    if type(value) == "string" then return ("%q"):format(value):gsub("\\\n", "\\n") end
    if type(value) ~= "table" or (depth or 0) > 2 then return tostring(value) end
    local parts = {}
    for key, field in pairs(value) do
        if #parts == 8 then
            parts[#parts + 1] = "…"
            break
        end
        local name = math.type(key) == "integer" and "" or show(key, 3) .. " = "
        parts[#parts + 1] = name .. show(field, (depth or 0) + 1)
    end
    return "{ " .. table.concat(parts, ", ") .. " }"
end

--- The first place at which two values differ, such as `.a[2]`, with both values there; nothing if
-- they are the same in all their fields.
local function difference(expected, actual, place, seen)
    if rawequal(expected, actual) then return nil end
    if type(expected) ~= "table" or type(actual) ~= "table" then
        if expected == actual then return nil end
        return place, expected, actual
    end
    if seen[expected] == actual then return nil end
    seen[expected] = actual
    local function inner(key)
        local name = type(key) == "string" and "." .. key or "[" .. tostring(key) .. "]"
        return difference(expected[key], actual[key], place .. name, seen)
    end
    for key in pairs(expected) do
        local found, left, right = inner(key)
        if found then return found, left, right end
    end
    for key in pairs(actual) do
        if expected[key] == nil then return inner(key) end
    end
    return nil
end

-- Assertions ------------------------------------------------------------------------------------

--- Each tells whether it holds, and what to say if it does not, and if it does but should not.
local assertions = {}

function assertions.equal(expected, actual)
    return expected == actual, "expected " .. show(expected) .. ", got " .. show(actual),
        "expected anything but " .. show(expected)
end

function assertions.same(expected, actual)
    local place, left, right = difference(expected, actual, "", {})
    local where = place and place ~= "" and "at " .. place .. ": " or ""
    return place == nil, where .. "expected " .. show(left) .. ", got " .. show(right),
        "expected anything but " .. show(expected)
end

function assertions.near(expected, actual, tolerance)
    local is_near = type(actual) == "number" and math.abs(expected - actual) <= tolerance
    local limits = show(expected) .. " within " .. show(tolerance)
    return is_near, "expected " .. limits .. ", got " .. show(actual),
        "expected no number like " .. limits .. ", got " .. show(actual)
end

function assertions.matches(pattern, text)
    local is_match = type(text) == "string" and text:find(pattern) ~= nil
    return is_match, "expected a text like " .. show(pattern) .. ", got " .. show(text),
        "expected no text like " .. show(pattern) .. ", got " .. show(text)
end

function assertions.error(call, message)
    local ok, found = pcall(call)
    if ok then return false, "expected an error, got none" end
    local text = type(found) == "string" and found:gsub("^[^:]+:%d+: ", "") or found
    local fits = message == nil or text == message or found == message
    return fits, "expected the error " .. show(message) .. ", got " .. show(text),
        "expected no such error, got " .. show(text)
end

for name, is in pairs{
    ["true"] = function(value) return value == true end,
    ["false"] = function(value) return value == false end,
    ["nil"] = function(value) return value == nil end,
    truthy = function(value) return value and true or false end,
    falsy = function(value) return not value end,
    number = function(value) return type(value) == "number" end,
    string = function(value) return type(value) == "string" end,
    table = function(value) return type(value) == "table" end,
} do
    assertions[name] = function(value)
        return is(value), "expected " .. name .. ", got " .. show(value),
            "expected anything but " .. name .. ", got " .. show(value)
    end
end
assertions.equals, assertions.match, assertions.errors = assertions.equal, assertions.matches,
    assertions.error

--- How many values an assertion is about, if not one; what follows them says what they are.
local operands = { equal = 2, equals = 2, same = 2, near = 3, matches = 2, match = 2, error = 2,
    errors = 2 }

--- Words that make a sentence of an assertion, and those that turn it round.
local fillers = { is = true, are = true, has = true, was = true, does = true }
local negations = { no = true, ["not"] = true }

--- What follows `assert.` in a chain such as `assert.are_not.equal`.
local function chain(negated)
    return setmetatable({}, {
        __index = function(_, words)
            local is_negated, name = negated, nil
            for word in words:gmatch("[^_]+") do
                if negations[word] then
                    is_negated = not is_negated
                elseif not fillers[word] then
                    name = name and name .. "_" .. word or word
                end
            end
            if name == nil then return chain(is_negated) end
            local check = assertions[name]
            if not check then error("there is no assertion '" .. words .. "'", 2) end
            return function(...)
                local holds, failure, success = check(...)
                if holds ~= is_negated then return ... end
                local text = is_negated and success or failure
                local note = select((operands[name] or 1) + 1, ...)
                error(note == nil and text or tostring(note) .. ": " .. text, 2)
            end
        end,
        __call = function(_, value, message, ...)
            if not value then error(message or "assertion failed", 2) end
            return value, message, ...
        end,
    })
end

-- Running ---------------------------------------------------------------------------------------

--- Runs one case between the hooks of its groups, outermost first; gives the error if there is one.
local function run_case(groups, body)
    local function case()
        for _, group in ipairs(groups) do
            for _, hook in ipairs(group.before) do hook() end
        end
        body()
    end
    local ok, message = pcall(case)
    for i = #groups, 1, -1 do
        for _, hook in ipairs(groups[i].after) do
            local is_clean, failure = pcall(hook)
            if ok and not is_clean then ok, message = false, failure end
        end
    end
    if not ok then return type(message) == "string" and message or show(message) end
    return nil
end

--- Runs a spec file and gives the counts `passed` and `pending` and the list `failures`, each with
-- `name` and `message`.
function test.run(path)
    local result = { passed = 0, pending = 0, failures = {} }
    local groups = {}
    local function name_of(case)
        local names = {}
        for i, group in ipairs(groups) do names[i] = group.name end
        names[#names + 1] = case
        return table.concat(names, " > ")
    end
    local function fail(name, message)
        table.insert(result.failures, { name = name_of(name), message = message })
    end
    local function describe(name, body)
        table.insert(groups, { name = name, before = {}, after = {} })
        local ok, message = pcall(body)
        if not ok then fail(nil, tostring(message)) end
        table.remove(groups)
    end
    local function it(name, body)
        if not body then
            result.pending = result.pending + 1
            return
        end
        local message = run_case(groups, body)
        if message then
            fail(name, message)
        else
            result.passed = result.passed + 1
        end
    end
    local function hook(list)
        return function(body)
            local group = groups[#groups] or error(list .. "_each belongs into describe", 2)
            table.insert(group[list], body)
        end
    end
    local environment = setmetatable({
        describe = describe, context = describe, it = it, spec = it,
        pending = function(name) it(name) end,
        before_each = hook "before", after_each = hook "after", assert = chain(false),
    }, { __index = _G, __newindex = _G })
    local chunk, problem = loadfile(path, "t", environment)
    if not chunk then
        fail(path, problem)
        return result
    end
    local ok, message = pcall(chunk)
    if not ok then fail(path, tostring(message)) end
    return result
end

return test
