local test = require "nightjar.test"

--- What a spec with this text gives.
local function run(text)
    local path = os.tmpname()
    local file = io.open(path, "w")
    file:write(text)
    file:close()
    local result = test.run(path)
    os.remove(path)
    for _, failure in ipairs(result.failures) do
        failure.message = failure.message:gsub("^[^:]+:", "spec:")
    end
    return result
end

--- The message with which a single assertion fails; nothing if it holds.
local function failure(assertion)
    local result = run("it('x', function() " .. assertion .. " end)")
    return result.failures[1] and result.failures[1].message:gsub("^spec:1: ", "")
end

describe("a spec", function()
    it("says what a failed assertion was about, if it was told", function()
        assert.equal("sum: expected 3, got 2", failure "assert.equal(3, 2, 'sum')")
        assert.equal("close: expected 1 within 0.1, got 2",
            failure "assert.near(1, 2, 0.1, 'close')")
        assert.equal("flag: expected anything but true, got true",
            failure "assert.is_not_true(true, 'flag')")
        assert.equal("expected true, got 1", failure "assert.is_true(1)")
        assert.is_nil(failure "assert.equal(1, 1, 'fine')")
    end)

    it("counts what passes, waits and fails, by full names", function()
        local result = run [[
            describe("a group", function()
                it("passes", function() assert(true) end)
                describe("inside", function()
                    it("fails", function() error("broken") end)
                end)
                it("waits")
                pending("too")
            end)
        ]]
        assert.equal(1, result.passed)
        assert.equal(2, result.pending)
        assert.same({ { name = "a group > inside > fails", message = "spec:4: broken" } },
            result.failures)
    end)

    it("runs hooks around every case, outer ones first", function()
        local result = run [[
            local log = {}
            local function note(text) return function() log[#log + 1] = text end end
            describe("outer", function()
                before_each(note "a") after_each(note "z")
                describe("inner", function()
                    before_each(note "b") after_each(note "y")
                    it("one", note "1")
                    it("two", function() error("x", 0) end)
                end)
            end)
            it("all", function() assert.equal("ab1yzabyz", table.concat(log)) end)
        ]]
        assert.equal(2, result.passed)
        assert.equal("outer > inner > two", result.failures[1].name)
    end)

    it("fails where its text is wrong, or what it describes is", function()
        assert.matches("unexpected symbol", run("it(").failures[1].message)
        local broken = run("describe('a', function() error 'here' end)")
        assert.matches("here", broken.failures[1].message)
        assert.matches("belongs into describe", run("before_each(print)").failures[1].message)
    end)
end)

describe("an assertion", function()
    it("says what it expected and got", function()
        for assertion, message in pairs{
            ["assert.equal(1, 2)"] = "expected 1, got 2",
            ["assert.are.equal('1', 1)"] = 'expected "1", got 1',
            ["assert.are_not.equal(1, 1)"] = "expected anything but 1",
            ["assert.is_true(1)"] = "expected true, got 1",
            ["assert.is_not_nil(nil)"] = "expected anything but nil, got nil",
            ["assert.same({ a = { 1, 2 } }, { a = { 1, 3 } })"] = "at .a[2]: expected 2, got 3",
            ["assert.are.same({}, { x = 1 })"] = "at .x: expected nil, got 1",
            ["assert.near(1, 1.2, 0.1)"] = "expected 1 within 0.1, got 1.2",
            ["assert.matches('^a', 'b')"] = 'expected a text like "^a", got "b"',
            ["assert.has_error(function() end)"] = "expected an error, got none",
            ["assert.has_error(function() error('a') end, 'b')"] =
                'expected the error "b", got "a"',
            ["assert(nil, 'why')"] = "why",
            ["assert.is_grue(1)"] = "there is no assertion 'is_grue'",
        } do
            assert.equal(message, failure(assertion))
        end
    end)

    it("holds where it should", function()
        for _, assertion in ipairs{
            "assert.equal(1, 1)", "assert.is_nil(nil)", "assert.is_not_nil(1)", "assert.falsy(nil)",
            "assert.same({ 1, { 2 } }, { 1, { 2 } })", "assert.are_not.same({ 1 }, { 2 })",
            "assert.near(1, 1.05, 0.1)", "assert.has_error(function() error('a') end, 'a')",
            "assert.has_no_error(function() end)", "local t = {} t.t = t assert.same(t, t)",
            "assert.equal(3, select('#', assert(1, 2, 3)))",
        } do
            assert.is_nil(failure(assertion))
        end
    end)
end)
