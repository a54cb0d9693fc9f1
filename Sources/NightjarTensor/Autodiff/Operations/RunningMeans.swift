// Means over the beginning of sequences of embeddings.

import CKernels
import NightjarRuntime

extension Tape {
    /// Means of the embeddings before each step, or before the end.
    ///
    /// Before step t the mean is Σ_{s<t} table[ids_s] / (1 + n_t), where n_t counts the ids before t
    /// that are not padding. Gradient to the row of step s: Σ_{t>s} g_t / (1 + n_t).
    ///
    /// - Parameters:
    ///   - table: the embeddings, shape `[n, E]`.
    ///   - ids: shape `[T·B]`, time-major, each a row of the table.
    ///   - layout: B examples of T steps, time-major.
    ///   - padding: an id that counts for nothing.
    ///   - wantsAllSteps: whether the means before all steps are wanted, or the one at the end.
    /// - Returns: the means, shape `[T, B, E]` or `[B, E]`.
    /// - Throws: ``TensorError``.
    public func runningMeans(
        _ table: Parameter, ids: [Int32], layout: RowLayout, padding: Int32 = 0,
        wantsAllSteps: Bool = true
    ) throws(TensorError) -> Variable {
        guard layout.isTimeMajor, ids.count == layout.rowCount, layout.rowCount > 0 else {
            throw .countMismatch(shape: [layout.steps, layout.examples], values: ids.count)
        }
        let limit = table.value.rowCount
        if let bad = ids.first(where: { $0 < 0 || Int($0) >= limit }) {
            throw .indexOutOfRange(operation: "embedding", index: Int(bad), limit: limit)
        }
        let (steps, batch, width) = (layout.steps, layout.examples, table.value.columnCount)
        let shares = Self.shares(ids, layout, padding)
        let wanted = wantsAllSteps ? 0..<steps : steps..<steps + 1
        let means = try Tensor(
            uninitialized: wantsAllSteps ? [steps, batch, width] : [batch, width])
        let sums = try Tensor(repeating: 0, shape: [batch, width])
        Self.forEachBlock(of: batch) { examples in
            for t in 0...steps {
                for b in examples {
                    let sum = sums.pointer + b * width
                    if t > 0, ids[(t - 1) * batch + b] != padding {
                        let row = Int(ids[(t - 1) * batch + b])
                        nj_axpy(width, 1, table.value.pointer + row * width, sum)
                    }
                    guard wanted.contains(t) else { continue }
                    let place = (t - wanted.lowerBound) * batch + b
                    nj_scale(width, shares[t * batch + b], sum, means.pointer + place * width)
                }
            }
        }
        return record(means, needsGradient: wants(table)) { [sink] upstream throws(TensorError) in
            let deltas = try Tensor(repeating: 0, shape: [layout.rowCount, width])
            Self.forEachBlock(of: batch) { examples in
                for s in stride(from: steps - 1, through: 0, by: -1) {
                    for b in examples {
                        let delta = deltas.pointer + (s * batch + b) * width
                        if s + 1 < steps {
                            nj_axpy(width, 1, delta + batch * width, delta)
                        }
                        guard wanted.contains(s + 1) else { continue }
                        let place = (s + 1 - wanted.lowerBound) * batch + b
                        nj_axpy(
                            width, shares[(s + 1) * batch + b], upstream.pointer + place * width,
                            delta)
                    }
                }
            }
            withExtendedLifetime(upstream) {}
            let used = ids.map { $0 == padding ? -1 : $0 }
            try sink?.take(.gather(table, ids: used, deltas: deltas, layout))
        }
    }

    /// 1 / (1 + n) before each step and at the end, position t·B + b.
    private static func shares(_ ids: [Int32], _ layout: RowLayout, _ padding: Int32) -> [Float] {
        let batch = layout.examples
        var counts = [Float](repeating: 1, count: ids.count + batch)
        for place in ids.indices {
            counts[place + batch] = counts[place] + (ids[place] == padding ? 0 : 1)
        }
        return counts.map { 1 / $0 }
    }

    private static func forEachBlock(of examples: Int, _ body: (Range<Int>) -> Void) {
        let blocks = max(1, min(64, examples / 16))
        Workers.run(blocks) { body(Slices.range($0, of: blocks, over: examples)) }
    }
}
