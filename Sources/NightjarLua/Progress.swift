// Where long computations report to while a script runs.

import LuaHost
import NightjarRuntime

/// Carries the progress handler of a session to the functions that scripts call.
public final class ProgressOutlet {
    /// Receives reports; `nil` when nobody looks.
    public var handler: ProgressHandler?

    /// Creates an outlet.
    public init(_ handler: ProgressHandler? = nil) { self.handler = handler }
}

extension Call {
    /// The session's progress handler, if it has one.
    var progress: ProgressHandler? { (try? state.attached(ProgressOutlet.self))?.handler }
}
