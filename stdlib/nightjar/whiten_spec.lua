local whiten = require "nightjar.whiten"

describe("whiten", function()
  it("leaves rows with mean 0, variance 1 and no correlation", function()
    local free = nj.tensor.normal{ shape = { 200, 3 }, seed = 1 }
    local mixed = free:matmul(nj.tensor{ { 1, 2, 0 }, { 0, 3, 0 }, { 5, 0, 100 } }) + 7
    local found = whiten(mixed)
    local covariance = found:transpose():matmul(found) / #found
    assert.near(0, found:mean{ axis = 1 }:abs():max(), 1e-4)
    assert.near(0, (covariance - nj.tensor.eye(3)):abs():max(), 1e-3)
  end)

  it("bears a column without variance, and more columns than rows", function()
    assert.is_true(whiten(nj.tensor{ { 1, 2 }, { 3, 2 }, { 5, 2 } }):isfinite())
    assert.is_true(whiten(nj.tensor.normal{ shape = { 4, 9 }, seed = 2 }):isfinite())
  end)

  it("refuses options that it does not know, and a ridge below 0", function()
    local rows = nj.tensor.eye(3)
    local function refusal(options) return select(2, pcall(whiten, rows, options)) end
    assert.matches("did you mean 'ridge'", refusal{ rigde = 1 })
    assert.matches("ridge", refusal{ ridge = -1 })
  end)
end)
