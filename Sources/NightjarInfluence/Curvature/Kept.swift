// What is computed at its first use.

import Synchronization

/// A value that is made once, when it is first asked for.
///
/// What fails to be made, or is interrupted, is made anew the next time.
final class Kept<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    /// The value, or what `make` gives.
    func value(_ make: () throws -> Value) rethrows -> Value {
        if let value = held.withLock({ $0 }) { return value }
        let value = try make()
        held.withLock { $0 = value }
        return value
    }
}
