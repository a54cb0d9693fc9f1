--- Rows in coordinates without correlation, so that no long direction rules their distances.
---
---     local x = nj.whiten(rows, { ridge = 1e-5 })
---
--- Rows are centred and become x L^-T with L L^T their covariance. The ridge, a share of each
--- variance, is added to it, so that few rows of many dimensions do no harm.

local settings = require "nightjar.settings"

local declared = settings.declare("nj.whiten", {
  ridge = { 1e-5, "added to each variance, as a share of it", min = 0 },
})

---@class nj.WhitenOptions
---@field ridge? number added to each variance, as a share of it; 1e-5 when left out

---@param rows nj.Tensor
---@param options? nj.WhitenOptions
---@return nj.Tensor
return function(rows, options)
  local ridge = declared:read(options or {}, 2).ridge
  rows = nj.tensor(rows)
  local centred = rows - rows:mean{ axis = 1 }
  local covariance = centred:transpose():matmul(centred) / #rows
  local unit = nj.tensor.eye(covariance.shape[1])
  local variances = (covariance * unit):sum{ axis = 1 }
  local added = nj.tensor.where(variances:gt(0), { yes = variances * ridge, no = 1 })
  local l = nj.linalg.cholesky(covariance + unit * added)
  return nj.linalg.solve_triangular(l, centred:transpose()):transpose()
end
