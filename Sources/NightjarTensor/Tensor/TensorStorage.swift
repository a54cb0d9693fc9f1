// Memory of tensors, reused: fresh pages cost more than the arithmetic on them.

import NightjarRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A block of floats, shared by the tensors that view it and returned to a pool after the last one.
///
/// Threads may write disjoint parts at the same time; that they are disjoint is the caller's duty,
/// as everywhere in numerical code that splits work.
final class TensorStorage: @unchecked Sendable {
    /// First float, aligned to 64 bytes.
    let base: UnsafeMutablePointer<Float>
    /// Number of floats that may be used.
    let count: Int
    /// Number of bytes taken for them.
    let bytes: Int

    /// Takes memory for `count` floats; their values are whatever was there before.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(count: Int) throws(TensorError) {
        let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard !overflow, count >= 0 else { throw .outOfMemory(bytes: Int.max) }
        let rounded = BufferPool.roundedSize(size)
        guard let memory = BufferPool.take(rounded) else { throw .outOfMemory(bytes: size) }
        base = memory.bindMemory(to: Float.self, capacity: max(1, count))
        self.count = count
        bytes = rounded
    }

    deinit { BufferPool.give(UnsafeMutableRawPointer(base), bytes) }
}

/// Blocks that were freed, by size, for the next tensor of that size.
package enum BufferPool {
    private struct Blocks: @unchecked Sendable {
        var free: [Int: [UnsafeMutableRawPointer]] = [:]
        var bytesKept = 0
        var bytesInUse = 0
    }

    private static let blocks = Mutex(Blocks())

    /// Freed memory that is kept for reuse at most; beyond it blocks go back to the system.
    private static let keepLimit = 512 << 20

    /// Bytes that tensors hold now.
    static var bytesInUse: Int { blocks.withLock { $0.bytesInUse } }

    /// Sizes are rounded up to one of eight steps between powers of two, so that nearly equal
    /// tensors share blocks and at most an eighth is wasted.
    static func roundedSize(_ size: Int) -> Int {
        guard size > 4096 else { return max(64, (size + 63) & ~63) }
        guard size < 1 << 60 else { return size }
        let step = 1 << (Int.bitWidth - size.leadingZeroBitCount - 4)
        return (size + step - 1) & ~(step - 1)
    }

    static func take(_ size: Int) -> UnsafeMutableRawPointer? {
        if size >= budgetedSize, !MemoryBudget.admits(bytesInUse &+ size) { return nil }
        let reused: UnsafeMutableRawPointer? = blocks.withLock { blocks in
            blocks.bytesInUse += size
            guard let block = blocks.free[size]?.popLast() else { return nil }
            blocks.bytesKept -= size
            return block
        }
        if let reused { return reused }
        if let fresh = allocate(size) { return fresh }
        releaseKept()
        if let fresh = allocate(size) { return fresh }
        blocks.withLock { $0.bytesInUse -= size }
        return nil
    }

    /// Refuses work that takes much memory beside that of tensors, before it begins.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    package static func requireRoom(_ bytes: Int) throws(TensorError) {
        guard bytes >= budgetedSize else { return }
        guard MemoryBudget.admits(bytesInUse &+ bytes), !exceedsMachine(bytes) else {
            throw .outOfMemory(bytes: bytes)
        }
    }

    static func give(_ block: UnsafeMutableRawPointer, _ size: Int) {
        let isKept = blocks.withLock { blocks in
            blocks.bytesInUse -= size
            guard size >= 4096, blocks.bytesKept + size <= keepLimit else { return false }
            blocks.bytesKept += size
            blocks.free[size, default: []].append(block)
            return true
        }
        if !isKept { free(block) }
    }

    /// Smaller blocks are taken without asking whether the budget allows them.
    private static let budgetedSize = 256 << 10

    /// Smaller blocks are taken without asking how much memory is left, which costs a few reads.
    private static let checkedSize = 64 << 20

    private static func exceedsMachine(_ size: Int) -> Bool {
        guard size >= checkedSize, let left = AvailableMemory.bytes else { return false }
        return size > left
    }

    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        if exceedsMachine(size) { return nil }
        var memory: UnsafeMutableRawPointer?
        return posix_memalign(&memory, 64, size) == 0 ? memory : nil
    }

    /// Gives freed memory back to the system.
    package static func releaseKept() {
        let released = blocks.withLock { blocks in
            let all = blocks.free.values.flatMap { $0 }
            blocks.free = [:]
            blocks.bytesKept = 0
            return Released(blocks: all)
        }
        for block in released.blocks { free(block) }
    }

    private struct Released: @unchecked Sendable { let blocks: [UnsafeMutableRawPointer] }
}
