// Attention over a batch, forward and backward, some queries of one head at a time.

import CKernels
import NightjarRuntime

/// The operands of an attention.
///
/// Sequences are independent, so each is computed on one thread.
struct AttentionPass {
    let queries: Tensor
    let keysAndValues: Tensor
    let layout: AttentionLayout
    let dropout: RowDropout?
    let site: UInt32

    /// Queries whose weights exist at a time: few enough that these stay in the second-level cache,
    /// and that little is computed of what causal queries do not see.
    private static let tileRows = 128

    private var width: Int { queries.columnCount }
    private var headWidth: Int { width / layout.heads }
    private var scale: Float { 1 / Float(headWidth).squareRoot() }

    /// o for all rows.
    func forward() throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: queries.shape)
        clearOutside(result)
        try forEachSequence { sequence throws(TensorError) in
            let scratch = try Scratch(sequence, self, isBackward: false)
            for head in 0..<layout.heads {
                for tile in tiles(of: sequence) {
                    let weights = weigh(tile, head, scratch)
                    BLAS.multiply(
                        weights.kept, values(tile.keys, head),
                        into: part(result, tile.queries, head))
                }
            }
        }
        return result
    }

    /// The gradients of both operands from that of o.
    func backward(
        _ upstream: Tensor
    ) throws(TensorError) -> (queries: Tensor, keysAndValues: Tensor) {
        let queryGradient = try Tensor(uninitialized: queries.shape)
        let otherGradient = try Tensor(uninitialized: keysAndValues.shape)
        clearOutside(queryGradient)
        clearOutside(otherGradient)
        try forEachSequence { sequence throws(TensorError) in
            let scratch = try Scratch(sequence, self, isBackward: true)
            for head in 0..<layout.heads {
                // The last tile sees all keys, so it sets their gradients and the others add.
                for (number, tile) in tiles(of: sequence).reversed().enumerated() {
                    let weights = weigh(tile, head, scratch)
                    let g = part(upstream, tile.queries, head)
                    let slopes = scratch.slopes(tile)
                    BLAS.multiply(
                        weights.kept.transposed, g,
                        into: part(otherGradient, tile.keys, head, from: width), adds: number > 0)
                    BLAS.multiply(g, values(tile.keys, head).transposed, into: slopes)
                    nj_attention_gradient(
                        tile.shape, scale, weights.all.pointer, weights.kept.pointer,
                        slopes.pointer)
                    BLAS.multiply(
                        slopes, keys(tile.keys, head),
                        into: part(queryGradient, tile.queries, head))
                    BLAS.multiply(
                        slopes.transposed, part(queries, tile.queries, head),
                        into: part(otherGradient, tile.keys, head), adds: number > 0)
                }
            }
        }
        withExtendedLifetime(upstream) {}
        return (queryGradient, otherGradient)
    }

    // MARK: - Tiles

    /// Some queries and the rows that they attend to.
    private struct Tile {
        let queries: Range<Int>
        let keys: Range<Int>
        let shape: nj_attention
    }

    private func tiles(of sequence: Range<Int>) -> [Tile] {
        stride(from: sequence.lowerBound, to: sequence.upperBound, by: Self.tileRows).map { start in
            let queries = start..<min(start + Self.tileRows, sequence.upperBound)
            let keys = layout.isCausal ? sequence.lowerBound..<queries.upperBound : sequence
            let visible = layout.isCausal ? start + 1 - sequence.lowerBound : keys.count
            return Tile(
                queries: queries, keys: keys,
                shape: nj_attention(
                    rows: queries.count, columns: keys.count, visible: visible,
                    step: layout.isCausal ? 1 : 0))
        }
    }

    /// Weights of a tile before and after dropout; the same memory without dropout.
    private func weigh(
        _ tile: Tile, _ head: Int, _ scratch: Scratch
    ) -> (all: Matrix, kept: Matrix) {
        let all = scratch.weights(tile)
        BLAS.multiply(
            part(queries, tile.queries, head), keys(tile.keys, head).transposed, into: all)
        nj_attention_weights(tile.shape, scale, all.pointer)
        guard let dropout else { return (all, all) }
        let kept = scratch.keptWeights(tile)
        dropout.keys.withUnsafeBufferPointer { keys in
            guard let key = keys.baseAddress else { return }
            nj_attention_dropout(
                tile.shape, dropout.dropping(at: site), key + tile.queries.lowerBound,
                UInt32(truncatingIfNeeded: head), all.pointer, kept.pointer)
        }
        return (all, kept)
    }

    /// Memory for the weights of one tile, reused by all tiles of a sequence.
    private struct Scratch {
        private let memory: Tensor

        init(
            _ sequence: Range<Int>, _ pass: AttentionPass, isBackward: Bool
        ) throws(TensorError) {
            let parts = 1 + (pass.dropout == nil ? 0 : 1) + (isBackward ? 1 : 0)
            memory = try Tensor(
                uninitialized: [
                    parts, min(AttentionPass.tileRows, sequence.count), sequence.count,
                ])
        }

        func weights(_ tile: Tile) -> Matrix { part(0, tile) }
        /// Only with dropout.
        func keptWeights(_ tile: Tile) -> Matrix { part(1, tile) }
        /// Only for backward passes.
        func slopes(_ tile: Tile) -> Matrix { part(memory.shape[0] - 1, tile) }

        private func part(_ number: Int, _ tile: Tile) -> Matrix {
            let size = memory.shape[1] * memory.shape[2]
            return Matrix(memory.pointer + number * size, tile.queries.count, tile.keys.count)
        }
    }

    // MARK: - Parts of operands

    private func keys(_ rows: Range<Int>, _ head: Int) -> Matrix {
        part(keysAndValues, rows, head)
    }

    private func values(_ rows: Range<Int>, _ head: Int) -> Matrix {
        part(keysAndValues, rows, head, from: width)
    }

    /// The columns of one head, counted from a column on, in some rows.
    private func part(
        _ tensor: Tensor, _ rows: Range<Int>, _ head: Int, from column: Int = 0
    ) -> Matrix {
        let stride = tensor.columnCount
        let first = rows.lowerBound * stride + column + head * headWidth
        return Matrix(tensor.pointer + first, rows.count, headWidth, stride: stride)
    }

    private func forEachSequence(
        _ body: (Range<Int>) throws(TensorError) -> Void
    ) throws(TensorError) {
        let sequences = layout.sequences
        let pieces = min(64, sequences.count)
        try Workers.tryRun(pieces) { piece throws(TensorError) in
            for number in Slices.range(piece, of: pieces, over: sequences.count)
            where !sequences[number].isEmpty {
                try body(sequences[number])
            }
        }
        withExtendedLifetime(self) {}
    }

    /// Sets rows that belong to no sequence to zero.
    private func clearOutside(_ tensor: Tensor) {
        let width = tensor.columnCount
        var end = 0
        for sequence in layout.sequences + [tensor.rowCount..<tensor.rowCount] {
            (tensor.pointer + end * width).update(
                repeating: 0, count: (sequence.lowerBound - end) * width)
            end = sequence.upperBound
        }
    }
}
