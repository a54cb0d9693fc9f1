// How much memory the process may take for what its computations make.

import Synchronization

/// The most memory that large blocks, such as those of tensors, may take in this process.
///
/// A block is refused before it is taken. Whoever sets the budget can tell how much other memory
/// counts towards it, and free what nobody needs any more.
public enum MemoryBudget {
    private struct Rule {
        var limit = 0
        var otherBytes: @Sendable () -> Int = { 0 }
        var reclaim: @Sendable () -> Void = {}
    }

    private static let rule = Mutex(Rule())

    /// Sets the budget; 0 for none.
    ///
    /// - Parameters:
    ///   - limit: the most bytes in all.
    ///   - otherBytes: tells how much memory beside the blocks counts towards the limit.
    ///   - reclaim: frees blocks that nobody needs any more; called on any thread that needs one.
    public static func set(
        limit: Int, otherBytes: @escaping @Sendable () -> Int,
        reclaim: @escaping @Sendable () -> Void
    ) {
        rule.withLock { $0 = Rule(limit: limit, otherBytes: otherBytes, reclaim: reclaim) }
    }

    /// Whether so many bytes may be in use, as `bytesInUse` tells before and after reclaiming.
    package static func admits(_ bytesInUse: @autoclosure () -> Int) -> Bool {
        let rule = rule.withLock { $0 }
        guard rule.limit > 0 else { return true }
        if fits(bytesInUse(), rule) { return true }
        rule.reclaim()
        return fits(bytesInUse(), rule)
    }

    private static func fits(_ bytes: Int, _ rule: Rule) -> Bool {
        let (sum, overflow) = bytes.addingReportingOverflow(rule.otherBytes())
        return !overflow && sum <= rule.limit
    }
}
