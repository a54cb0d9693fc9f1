describe("a planted world", function()
  it("knows what is wrong with its training examples", function()
    local world = nj.planted{ users = 60, items = 40, epochs = 1, seed = 3 }
    local planted = world.log:planted()
    for position, row in ipairs(world.train.rows) do
      assert.equal(planted.junk[row], world.truth.junk[position])
      assert.equal(planted.misclicks[row] or planted.junk[row], world.truth.noise[position])
    end
    assert.is_truthy(world:count "misclicks" > 0 and world:count "junk" > 0)
    local all = {}
    for position = 1, #world.train do all[position] = position end
    assert.equal(world:count "noise", world:found(all, "noise"))
    assert.matches("PlantedWorld: %d+ training examples", tostring(world))
    assert.equal(1, #world.checkpoints)
    world:remove()
    assert.is_nil(io.open(world.checkpoints[1]))
  end)

  it("refuses what it does not know", function()
    local ok, message = pcall(nj.planted, { user = 3 })
    assert.is_false(ok)
    assert.matches("did you mean 'users'?", message)
  end)
end)
