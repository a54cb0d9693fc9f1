import LuaHost
import NightjarTensor
extension Tensor: LuaObject {}
