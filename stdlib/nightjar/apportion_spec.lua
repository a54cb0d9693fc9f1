local apportion = require "nightjar.apportion"

describe("apportion", function()
  it("gives shares that are whole as they are", function()
    assert.same({ 1, 2, 3 }, apportion({ 0.5, 1, 1.5 }, 6))
  end)

  it("gives what is left to the largest remainders, first come first served", function()
    -- 1.8, 1.8, 5.4; and 0.75 four times.
    assert.same({ 2, 2, 5 }, apportion({ 1, 1, 3 }, 9))
    assert.same({ 1, 1, 1, 0 }, apportion(nj.tensor{ 2, 2, 2, 2 }, 3))
  end)

  it("counts what is below 0 as 0, and gives equal parts when nothing is above", function()
    assert.same({ 0, 2, 2 }, apportion({ -1, 3, 3 }, 4))
    assert.same({ 2, 2 }, apportion({ -1, 0 }, 4))
    assert.same({}, apportion({}, 4))
  end)

  it("refuses a sum that is not whole, or below 0", function()
    for _, sum in ipairs{ 1.5, -1, "four" } do
      local ok, message = pcall(apportion, { 1, 2 }, sum)
      assert.is_false(ok)
      assert.matches("needs a whole sum from 0, got " .. tostring(sum):gsub("%-", "%%-"), message)
    end
  end)
end)
