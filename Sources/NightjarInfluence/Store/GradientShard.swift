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

    /// The projected gradients of some of its examples, shape `[examples, dimension]`.
    ///
    /// - Throws: ``GradientStoreError/changed(file:)``, or `FileError` from the system.
    func features(_ examples: Range<Int>) throws -> Tensor {
        precondition(
            rows.lowerBound <= examples.lowerBound && examples.upperBound <= rows.upperBound)
        return try reading { file in
            let mapped = try file.mapped("features")
            guard mapped.shape == [rows.count, dimension], mapped.type == type else {
                throw GradientStoreError.changed(file: path)
            }
            let result = try Tensor(uninitialized: [examples.count, dimension])
            let first = (examples.lowerBound - rows.lowerBound) * dimension
            let blocks = 64
            try Workers.tryRun(blocks) { block throws(any Error) in
                let part = Slices.range(block, of: blocks, over: result.count)
                try mapped.read(
                    first + part.lowerBound..<first + part.upperBound,
                    into: result.pointer + part.lowerBound)
            }
            return result
        }
    }

    /// The losses of the examples.
    ///
    /// - Throws: as ``features(_:)``.
    func losses() throws -> [Float] {
        try reading { file in
            let losses = try file.floats("losses")
            guard losses.count == rows.count else {
                throw GradientStoreError.changed(file: path)
            }
            return losses
        }
    }

    /// Reads from the file, which was whole when the store was opened.
    private func reading<Result>(_ read: (SafetensorsFile) throws -> Result) throws -> Result {
        do {
            let file = try SafetensorsFile(path: path)
            guard file.metadata[Self.recipeKey] == recipe, file.metadata[Self.rowsKey] == place
            else { throw GradientStoreError.changed(file: path) }
            return try read(file)
        } catch is FileFormatError {
            throw GradientStoreError.changed(file: path)
        } catch let error as FileError where error.code == ENOENT {
            throw GradientStoreError.changed(file: path)
        }
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
