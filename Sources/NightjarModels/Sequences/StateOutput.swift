// What happens to states on their way to the scores.

import NightjarRuntime
import NightjarTensor

/// Layer norm and dropout of the states of users, in this order; none of either by default.
///
/// Sources: J. L. Ba et al., *Layer normalization*, 2016; dropout of states as in GRU4Rec (B. Hidasi
/// et al., *Session-based recommendations with recurrent neural networks*, ICLR 2016).
struct StateOutput {
    private let norm: RowNorm?
    private let rate: Double
    private let width: Int

    /// - Throws: what the source throws.
    init(_ options: SequenceRecommender.Options, values source: ParameterSource) throws {
        width = options.dim
        rate = options.stateDropout
        norm =
            options.normalisesStates
            ? try RowNorm("norm", width, epsilon: 1e-5, from: source) : nil
    }

    /// Gain and bias of the norm, which all tastes and attentions of a mixture share.
    var parameters: [Parameter] { norm?.parameters ?? [] }

    /// States as they are to be scored, without dropout.
    ///
    /// - Parameters:
    ///   - states: rows t·B + b, or some of them where the tape keeps no factors.
    ///   - examples: their number B.
    ///   - tape: where the computation is written down.
    /// - Returns: as many rows.
    /// - Throws: ``TensorError``.
    func normalised(
        _ states: Variable, examples: Int, on tape: Tape
    ) throws(TensorError) -> Variable {
        guard let norm else { return states }
        let (rows, parts) = (states.value.rowCount, states.value.columnCount / width)
        // Part by part, so that rows of one example lie at equal distances.
        let vectors = try tape.transpose(tape.reshape(states, [rows, parts, width]), 0, 1)
        let isWhole = rows % examples == 0
        let layout = RowLayout(
            examples: isWhole ? examples : rows * parts,
            steps: isWhole ? rows / examples * parts : 1,
            isTimeMajor: true)
        let normed = try norm(
            tape.reshape(vectors, [rows * parts, width]), layout: layout, on: tape)
        return try tape.reshape(
            tape.transpose(tape.reshape(normed, [parts, rows, width]), 0, 1),
            [rows, parts * width])
    }

    /// Leaves elements of states out, from the noise of a tape; none without.
    ///
    /// What is left out depends on an example's own items and on how many follow, not on padding or
    /// on the other examples of the batch.
    ///
    /// - Parameters:
    ///   - states: a row for each place.
    ///   - places: places t·B + b of the batch's targets.
    ///   - batch: what the states are of.
    ///   - tape: where the computation is written down.
    /// - Returns: the states, some of whose elements are 0 and the others larger.
    /// - Throws: ``TensorError``.
    func dropping(
        _ states: Variable, at places: [Int], of batch: Batch, on tape: Tape
    ) throws(TensorError) -> Variable {
        guard rate > 0, let noise = tape.noise else { return states }
        let root = noise.split("dropout of states")
        let steps = batch.targets.count / batch.examples
        var keys = [UInt64](repeating: 0, count: batch.targets.count)
        for example in 0..<batch.examples {
            var stream = root.split("\(batch.fingerprint(of: example))")
            for step in (0..<steps).reversed() {
                keys[step * batch.examples + example] = stream.next()
            }
        }
        let dropout = try RowDropout(rate: Float(rate), keys: places.map { keys[$0] })
        return try tape.dropout(states, dropout, site: 0)
    }
}
