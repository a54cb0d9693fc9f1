describe("nj.policies", function()
  it("lists the policies that there are, with what they do", function()
    local text = tostring(nj.policies)
    assert.matches("opponents +Drops the examples that most raise", text)
    assert.matches("kcore +Keeps", text)
    assert.not_matches("_spec", text)
  end)

  it("goes through all of them, and each says how it selects", function()
    local count = 0
    for name, policy in pairs(nj.policies) do
      count = count + 1
      assert.equal(name, policy.name)
      for _, field in ipairs{ "summary", "utility", "mechanism", "objective" } do
        assert.is_string(policy[field], name .. " lacks " .. field)
      end
    end
    assert.is_truthy(count >= 8)
  end)

  it("suggests a name for one that there is not", function()
    local ok, message = pcall(function() return nj.policies.oponents end)
    assert.is_false(ok)
    assert.matches("there is no policy 'oponents' %(did you mean 'opponents'%?%)", message)
  end)

  it("lists a policy from elsewhere once it was used", function()
    rawset(nj.policies, "elsewhere", nj.policies.loss)
    local text = tostring(nj.policies)
    rawset(nj.policies, "elsewhere", nil)
    assert.matches("elsewhere +", text)
    assert.not_matches("elsewhere +", tostring(nj.policies))
  end)

  it("refuses modules that are no policies", function()
    local ok, message = pcall(function() return nj.policies["nightjar.chance"] end)
    assert.is_false(ok)
    assert.matches("gives a function where a policy is wanted", message)
  end)
end)
