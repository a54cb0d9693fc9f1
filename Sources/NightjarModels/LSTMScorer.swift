// Scores many batches with one LSTM model.

import CKernels
import NightjarTensor

/// Scores with an ``LSTMRecommender`` whose values stay the same.
///
/// The input products of all items are computed once. Each call then runs on its own thread, a few
/// examples at a time through recurrence, output and `body`, so that threads never wait for each
/// other and scores are read while they are in the cache.
struct LSTMScorer: Scorer {
    private let lstm: RecurrentInference
    /// Shape `[H, V]`: products that are not packed read it faster this way round.
    private let outputWeight: Tensor
    private let output: PackedOperand
    private let outputBias: Tensor

    init(
        table: Tensor, lstm: LSTMWeights, outputWeight: Tensor, outputBias: Tensor
    ) throws(TensorError) {
        self.lstm = try RecurrentInference(lstm, over: table)
        self.outputWeight = try outputWeight.transposed()
        output = PackedOperand(Matrix(self.outputWeight), as: .right)
        self.outputBias = outputBias
    }

    var classCount: Int { outputBias.count }
    var isConcurrent: Bool { true }

    func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        let states = try lstm.lastState(
            ids: batch.ids, examples: batch.examples, steps: batch.steps)
        // A tile of scores that fits the second-level cache, but enough rows for a fast product.
        let height = max(64, min(128, (1 << 19) / classCount))
        let tile = try Tensor(uninitialized: [min(height, batch.examples), classCount])
        for start in stride(from: 0, to: batch.examples, by: height) {
            let rows = start..<min(start + height, batch.examples)
            let scores = Matrix(tile).rows(0..<rows.count)
            BLAS.multiply(Matrix(states).rows(rows), output, into: scores)
            nj_add_bias(rows.count, classCount, outputBias.pointer, scores.pointer)
            for row in rows {
                let line = scores.pointer + (row - start) * classCount
                try body(row, UnsafeBufferPointer(start: line, count: classCount))
            }
        }
        withExtendedLifetime((states, tile, outputWeight, outputBias)) {}
    }
}
