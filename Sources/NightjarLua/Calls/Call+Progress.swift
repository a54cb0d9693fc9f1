// Where long computations report to.

import LuaHost
import NightjarRuntime

extension Call {
    /// The handler that the program attached to the state, if it shows progress.
    var progress: ProgressHandler? { try? state.attached(ProgressHandler.self) }
}
