// Causal self-attention over the items so far.

import NightjarRuntime
import NightjarTensor

/// The states of SASRec: blocks of causal self-attention and point-wise feed-forward layers.
///
/// As in the implementations that published figures come from: embeddings times √D plus learned
/// positions, counted from the latest item; in each block y = n + attention(n, x, x) with
/// n = norm(x), then z = norm(y) and x = z + W₂·relu(W₁·z); a norm at the end. Dropout stands after the
/// embeddings, on attention weights, and on both feed-forward maps. Attention with all of a block's
/// values has the map after it that PyTorch's has.
///
/// A state is made of the latest items alone, as many as `max_length` says. The first item of a
/// sequence, and those so early that no state is made for them, are not predicted.
///
/// Source: W. Kang and J. McAuley, *Self-attentive sequential recommendation*, ICDM 2018.
struct SASRecRepresentation: SequenceEncoder {
    private let positions: Parameter
    private let blocks: [TransformerBlock]
    private let norm: RowNorm
    private let options: TransformerOptions
    private let dim: Int

    /// Begins as N(0, 0.02) in standard deviation, as transformers of the field do; maps before the
    /// attention as in PyTorch's attention.
    static let deviation: Float = 0.02
    private static let epsilon: Float = 1e-8

    /// - Throws: ``TensorError``, or what the source throws.
    init(_ options: SequenceRecommender.Options, values source: ParameterSource) throws {
        let (dim, normal) = (
            options.dim, ParameterSource.Distribution.normal(deviation: Self.deviation)
        )
        let glorot = ParameterSource.Distribution.uniform(
            bound: (6 / Float(4 * dim)).squareRoot())
        self.options = options.transformer
        self.dim = dim
        positions = try source.parameter(
            "sasrec.positions", [options.transformer.maxLength, dim], normal)
        blocks = try (1...options.transformer.blocks).map { number in
            try TransformerBlock(
                "sasrec.block\(number)", dim, innerWidth: dim, attention: glorot, maps: normal,
                epsilon: Self.epsilon, from: source)
        }
        norm = try RowNorm("sasrec.norm", dim, epsilon: Self.epsilon, from: source)
    }

    var parameters: [Parameter] {
        [positions] + blocks.flatMap(\.parameters) + norm.parameters
    }

    func targets(of batch: Batch, noise: RandomStream?) -> [Int32] {
        guard batch.task == .everyItem else { return batch.targets }
        let states = rows(ofStatesBefore: batch, keepsPadding: false).rowOfPlace
        return zip(batch.targets, states).map { $1 < 0 ? 0 : $0 }
    }

    func states(
        _ items: Parameter, of batch: Batch, on tape: Tape
    ) throws(TensorError) -> PlacedStates {
        let keepsPadding = tape.sink?.keepsFactors == true
        let rows =
            switch batch.task {
            case .everyItem: rows(ofStatesBefore: batch, keepsPadding: keepsPadding)
            case .nextItem: rows(batch.ids, batch.examples, keepsPadding: keepsPadding)
            }
        let dropout = try rows.dropout(rate: options.dropout, batch, noise: tape.noise)
        let states = try run(items, rows, dropout, on: tape)
        guard batch.task == .everyItem else {
            return PlacedStates(values: try norm(tape.rows(states, rows.lastRows), on: tape))
        }
        return try rows.placed(states, batch.targets, on: tape) { x throws(TensorError) in
            try norm(x, on: tape)
        }
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        let rows = rows(ids, layout.examples, keepsPadding: false)
        return try norm(tape.rows(run(items, rows, nil, on: tape), rows.lastRows), on: tape)
    }

    private func rows(_ ids: [Int32], _ examples: Int, keepsPadding: Bool) -> TokenRows {
        TokenRows(ids, examples: examples, limit: options.maxLength, keepsPadding: keepsPadding)
    }

    /// The state before item t comes of the row of item t − 1.
    private func rows(ofStatesBefore batch: Batch, keepsPadding: Bool) -> TokenRows {
        let before = [Int32](repeating: 0, count: batch.examples)
        return rows(
            before + batch.ids.dropLast(batch.examples), batch.examples, keepsPadding: keepsPadding)
    }

    /// The rows after all blocks, before the last norm.
    private func run(
        _ items: Parameter, _ rows: TokenRows, _ dropout: RowDropout?, on tape: Tape
    ) throws(TensorError) -> Variable {
        let layout = AttentionLayout(
            sequences: rows.sequences, heads: options.heads, isCausal: true)
        var x = try tape.embeddingSum(
            [
                EmbeddingTerm(items, ids: rows.tokens, scale: Float(dim).squareRoot()),
                EmbeddingTerm(positions, ids: rows.positions),
            ], shape: rows.shape)
        x = try tape.dropout(x, dropout, site: 0)
        for (number, block) in blocks.enumerated() {
            let site = UInt32(1 + 3 * number)
            let asking = try block.attentionNorm(x, on: tape)
            let found = try block.attention(
                asking, x, layout, dropout, site: site, on: tape)
            let z = try block.forwardNorm(tape.add(asking, found), on: tape)
            let inner = try tape.dropout(
                tape.relu(block.inner(z, on: tape)), dropout, site: site + 1)
            x = try tape.dropout(
                block.outer(inner, on: tape), dropout, site: site + 2, addedTo: z)
        }
        return x
    }
}
