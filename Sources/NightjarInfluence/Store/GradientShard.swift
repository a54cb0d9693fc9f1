// One file of a gradient store.

import CKernels
import FoundationEssentials
import NightjarData
import NightjarRuntime
import NightjarTensor
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// The projected gradients and losses of some examples at one checkpoint, in a file.
struct GradientShard: Sendable {
    /// What is found where the file should be.
    enum State { case whole, missing, damaged }

    let path: String
    /// The examples.
    let rows: Range<Int>
    let dimension: Int
    let precision: GradientStore.Precision
    /// Digest of what the numbers are computed from.
    let recipe: String

    private static let digestKey = "nightjar.sha256"
    private static let recipeKey = "nightjar.recipe"
    private static let rowsKey = "nightjar.rows"

    private var type: ElementType { precision == .float32 ? .float32 : .bfloat16 }
    private var place: String { "\(rows.lowerBound)..<\(rows.upperBound)" }

    /// What is found where some shards should be.
    ///
    /// - Throws: as ``state()``.
    static func states(of shards: [GradientShard]) throws -> [State] {
        let states = Mutex([State](repeating: .missing, count: shards.count))
        try Workers.tryRun(shards.count) { index throws(any Error) in
            let state = try shards[index].state()
            states.withLock { $0[index] = state }
        }
        return states.withLock { $0 }
    }

    /// Whether the file is there, is this shard, and has the bytes that were written.
    ///
    /// - Throws: `Interrupted`, or `FileError` when a file is there that cannot be read.
    func state() throws -> State {
        do {
            let file = try SafetensorsFile(path: path)
            guard file.metadata[Self.recipeKey] == recipe, file.metadata[Self.rowsKey] == place,
                try file.entry("features").shape == [rows.count, dimension],
                try file.entry("features").type == type,
                try file.entry("losses").shape == [rows.count],
                try file.entry("losses").type == .float32
            else { return .damaged }
            var hash = SHA256()
            for name in ["features", "losses"] {
                try file.withUnsafeBytes(name) { hash.update($0) }
            }
            return file.metadata[Self.digestKey] == hash.hexadecimal ? .whole : .damaged
        } catch let error as FileError {
            guard error.code == ENOENT else { throw error }
            return .missing
        } catch is FileFormatError {
            return .damaged
        }
    }

    /// Writes the file, whole or not at all.
    func write(_ features: Tensor, losses: [Float]) throws {
        try Folders.make(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        let tensors = [
            precision == .float32
                ? TensorSource("features", features)
                : TensorSource(
                    "features", .bfloat16, shape: features.shape, bytes: features.bfloat16Bytes),
            TensorSource("losses", shape: [losses.count], floats: losses),
        ]
        var hash = SHA256()
        for tensor in tensors { try tensor.supply { hash.update($0) } }
        try SafetensorsFile.write(
            tensors,
            metadata: [
                Self.digestKey: hash.hexadecimal, Self.recipeKey: recipe,
                Self.rowsKey: place,
            ], to: path)
    }

    /// The projected gradients, shape `[examples, dimension]`.
    func features() throws -> Tensor {
        let file = try opened()
        let result = try Tensor(uninitialized: [rows.count, dimension])
        try file.withUnsafeBytes("features") { bytes in
            guard bytes.count == result.count * type.byteCount, let start = bytes.baseAddress else {
                throw GradientStoreError.changed(file: path)
            }
            let blocks = 64
            Workers.run(blocks) { block in
                let part = Slices.range(block, of: blocks, over: result.count)
                let target = result.pointer + part.lowerBound
                if precision == .float32 {
                    target.update(
                        from: start.assumingMemoryBound(to: Float.self) + part.lowerBound,
                        count: part.count)
                } else {
                    nj_widen_bfloat16(
                        part.count, start.assumingMemoryBound(to: UInt16.self) + part.lowerBound,
                        target)
                }
            }
        }
        return result
    }

    /// The losses of the examples.
    func losses() throws -> [Float] {
        let losses = try opened().floats("losses")
        guard losses.count == rows.count else { throw GradientStoreError.changed(file: path) }
        return losses
    }

    private func opened() throws -> SafetensorsFile {
        let file = try SafetensorsFile(path: path)
        guard file.metadata[Self.recipeKey] == recipe, file.metadata[Self.rowsKey] == place else {
            throw GradientStoreError.changed(file: path)
        }
        return file
    }
}

extension Tensor {
    /// The elements rounded to bfloat16, little-endian.
    fileprivate var bfloat16Bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 2 * count) { buffer, filled in
            if let start = buffer.baseAddress {
                start.withMemoryRebound(to: UInt16.self, capacity: count) {
                    nj_round_to_bfloat16(count, pointer, $0)
                }
            }
            filled = 2 * count
        }
    }
}
