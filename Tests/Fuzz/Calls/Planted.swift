// Defects on purpose: a fuzzer that cannot find these would find nothing.

import LuaHost
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// A defect of each kind, as a library of its own.
enum Planted: String, CaseIterable {
    /// An index out of range.
    case trap
    /// A loop that nothing ends.
    case hang
    /// A tensor that nobody gives up.
    case leak

    nonisolated(unsafe) private static var kept: [Tensor] = []

    var library: Library {
        let body: Function.Body =
            switch self {
            case .trap:
                { call in [1, 2, 3][try call.integer("count")] }
            case .hang:
                { _ in while true { usleep(1000) } }
            case .leak:
                { call in
                    Self.kept.append(try Tensor(shape: [try call.integer("count")]))
                    return nil
                }
            }
        return Library(
            modules: [Module("planted", summary: "A defect on purpose.")],
            functions: [
                Function(
                    rawValue, on: "planted", summary: "Fails.",
                    positional: [.integer("count", in: 0...9, "how far")],
                    returns: .value(.any, "nothing good"), body: body)
            ])
    }
}
