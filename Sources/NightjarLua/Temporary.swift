import LuaHost
import NightjarMetrics
import NightjarTensor

extension Tensor: LuaObject {}
extension MetricReport: LuaObject {}
