// How long computations learn that the user wants them to stop.

import CInterrupt

/// Thrown by a computation that stopped because the user asked.
///
/// A computation that has partial results returns or keeps them before it throws.
public struct Interrupted: Error, Equatable, Sendable, CustomStringConvertible {
    /// Creates the error.
    public init() {}

    /// What the user reads.
    public var description: String { "interrupted" }
}

/// The process-wide request to stop, set by Ctrl-C.
///
/// Loops that may run for longer than a tenth of a second call ``check()`` once a batch.
public enum Interruption {
    /// Whether the user asked to stop since the last ``clear()``.
    public static var isRequested: Bool { nj_interrupt_count() > 0 }

    /// Asks every running computation to stop, as Ctrl-C does.
    public static func request() { nj_interrupt_request() }

    /// Forgets earlier requests; called before each chunk of user code.
    public static func clear() { nj_interrupt_clear() }

    /// Throws ``Interrupted`` if the user asked to stop.
    public static func check() throws(Interrupted) {
        if isRequested { throw Interrupted() }
    }
}
