// Self-attention in both directions around items that are masked.

import NightjarRuntime
import NightjarTensor

/// The states of BERT4Rec: at masked places of a sequence, from the items on both sides.
///
/// Training masks items at random and predicts these; to score what comes next, a mask is put after
/// the last item. Embeddings plus learned positions, counted from the end of the sequence, a norm and
/// dropout; in each block y = norm(x + attention(x, x, x)) and x = norm(y + W₂·gelu(W₁·y)) with an
/// inner width of 4·D, dropout on attention weights and before both sums; at the end
/// norm(gelu(W·x)), which meets the embeddings of items.
///
/// Source: F. Sun et al., *BERT4Rec: sequential recommendation with bidirectional encoder
/// representations from transformer*, CIKM 2019.
struct BERT4RecRepresentation: SequenceEncoder {
    private let positions: Parameter
    private let mask: Parameter
    private let embeddingNorm: RowNorm
    private let blocks: [TransformerBlock]
    private let output: LinearMap
    private let outputNorm: RowNorm
    private let options: TransformerOptions
    /// The token that stands for a masked item: the number after the last item's.
    private let maskToken: Int32

    private static let epsilon: Float = 1e-12

    /// - Throws: ``TensorError``, or what the source throws.
    init(_ options: SequenceRecommender.Options, values source: ParameterSource) throws {
        let dim = options.dim
        let normal = ParameterSource.Distribution.normal(
            deviation: SASRecRepresentation.deviation)
        self.options = options.transformer
        maskToken = Int32(truncatingIfNeeded: options.items + 1)
        positions = try source.parameter(
            "bert4rec.positions", [options.transformer.maxLength, dim], normal)
        mask = try source.parameter("bert4rec.mask", [1, dim], normal)
        embeddingNorm = try RowNorm(
            "bert4rec.embedding_norm", dim, epsilon: Self.epsilon, from: source)
        blocks = try (1...options.transformer.blocks).map { number in
            try TransformerBlock(
                "bert4rec.block\(number)", dim, innerWidth: 4 * dim, attention: normal,
                maps: normal, epsilon: Self.epsilon, from: source)
        }
        output = try LinearMap("bert4rec.output", dim, dim, normal, from: source)
        outputNorm = try RowNorm(
            "bert4rec.output_norm", dim, epsilon: Self.epsilon, from: source)
    }

    var parameters: [Parameter] {
        [positions, mask] + embeddingNorm.parameters + blocks.flatMap(\.parameters)
            + output.parameters + outputNorm.parameters
    }

    func targets(of batch: Batch, noise: RandomStream?) -> [Int32] {
        guard batch.task == .everyItem else { return batch.targets }
        return ItemMask(options).targets(of: batch, noise: noise)
    }

    func states(
        _ items: Parameter, of batch: Batch, on tape: Tape
    ) throws(TensorError) -> PlacedStates {
        let keepsPadding = tape.sink?.keepsFactors == true
        guard batch.task == .everyItem else {
            let rows = rows(asking: batch.ids, batch.examples, keepsPadding: keepsPadding)
            let dropout = try rows.dropout(rate: options.dropout, batch, noise: tape.noise)
            return PlacedStates(values: try lastStates(items, rows, dropout, on: tape))
        }
        let tokens = zip(batch.ids, batch.targets).map { $1 > 0 ? maskToken : $0 }
        let rows = TokenRows(
            tokens, examples: batch.examples, limit: options.maxLength, keepsPadding: keepsPadding)
        let dropout = try rows.dropout(rate: options.dropout, batch, noise: tape.noise)
        let states = try run(items, rows, dropout, on: tape)
        return try rows.placed(states, batch.targets, on: tape) { x throws(TensorError) in
            try transform(x, on: tape)
        }
    }

    func lastState(
        _ items: Parameter, _ ids: [Int32], _ layout: RowLayout, on tape: Tape
    ) throws(TensorError) -> Variable {
        let rows = rows(asking: ids, layout.examples, keepsPadding: false)
        return try lastStates(items, rows, nil, on: tape)
    }

    /// Histories with a mask where the next item would be.
    private func rows(asking ids: [Int32], _ examples: Int, keepsPadding: Bool) -> TokenRows {
        TokenRows(
            ids + [Int32](repeating: maskToken, count: examples), examples: examples,
            limit: options.maxLength, keepsPadding: keepsPadding)
    }

    private func lastStates(
        _ items: Parameter, _ rows: TokenRows, _ dropout: RowDropout?, on tape: Tape
    ) throws(TensorError) -> Variable {
        try transform(tape.rows(run(items, rows, dropout, on: tape), rows.lastRows), on: tape)
    }

    /// What meets the embeddings of items.
    private func transform(_ x: Variable, on tape: Tape) throws(TensorError) -> Variable {
        try outputNorm(tape.gelu(output(x, on: tape)), on: tape)
    }

    /// The rows after all blocks.
    private func run(
        _ items: Parameter, _ rows: TokenRows, _ dropout: RowDropout?, on tape: Tape
    ) throws(TensorError) -> Variable {
        let layout = AttentionLayout(
            sequences: rows.sequences, heads: options.heads, isCausal: false)
        var x = try tape.embeddingSum(
            [
                EmbeddingTerm(items, ids: rows.tokens.map { $0 == maskToken ? -1 : $0 }),
                EmbeddingTerm(mask, ids: rows.tokens.map { $0 == maskToken ? 0 : -1 }),
                EmbeddingTerm(positions, ids: rows.positions),
            ], shape: rows.shape)
        x = try tape.dropout(embeddingNorm(x, on: tape), dropout, site: 0)
        for (number, block) in blocks.enumerated() {
            let site = UInt32(1 + 3 * number)
            let found = try block.attention(x, x, layout, dropout, site: site, on: tape)
            let y = try block.attentionNorm(
                tape.dropout(found, dropout, site: site + 1, addedTo: x), on: tape)
            let inner = try tape.gelu(block.inner(y, on: tape))
            x = try block.forwardNorm(
                tape.dropout(
                    block.outer(inner, on: tape), dropout, site: site + 2, addedTo: y),
                on: tape)
        }
        return x
    }
}
