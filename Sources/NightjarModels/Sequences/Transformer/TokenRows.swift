// The rows that go through a transformer.

import NightjarRuntime
import NightjarTensor

/// Tokens of a batch as rows: example after example, each from its first token to its last.
///
/// Places are counted from the end of a sequence, so that padding on the left does not move them.
/// Rows of padding, and tokens beyond the latest ones that a model looks at, are left out, except
/// where rows must stand at regular distances.
struct TokenRows {
    /// The token of each row; negative for padding.
    let tokens: [Int32]
    /// How many tokens follow in the row's sequence; negative for padding.
    let positions: [Int32]
    /// The rows of each example.
    let sequences: [Range<Int>]
    /// Shape of the rows: examples and steps where they stand at regular distances.
    let shape: [Int]
    /// Row of each place t·B + b; negative where there is none.
    let rowOfPlace: [Int32]

    /// Takes tokens `[T·B]`, time-major and left-padded with 0, of which the latest `limit` are used.
    init(_ tokens: [Int32], examples: Int, limit: Int, keepsPadding: Bool) {
        let steps = tokens.count / examples
        let first = max(0, steps - limit)
        var rows: (tokens: [Int32], positions: [Int32]) = ([], [])
        rows.tokens.reserveCapacity(tokens.count)
        rows.positions.reserveCapacity(tokens.count)
        var sequences: [Range<Int>] = []
        var rowOfPlace = [Int32](repeating: -1, count: tokens.count)
        for example in 0..<examples {
            var begin = first
            while begin < steps, tokens[begin * examples + example] == 0 { begin += 1 }
            if keepsPadding {
                let padding = [Int32](repeating: -1, count: begin - first)
                rows.tokens += padding
                rows.positions += padding
            }
            let start = rows.tokens.count
            for step in begin..<steps {
                let token = tokens[step * examples + example]
                rowOfPlace[step * examples + example] = Int32(truncatingIfNeeded: rows.tokens.count)
                rows.tokens.append(token == 0 ? -1 : token)
                rows.positions.append(Int32(truncatingIfNeeded: steps - 1 - step))
            }
            sequences.append(start..<rows.tokens.count)
        }
        self.tokens = rows.tokens
        positions = rows.positions
        self.sequences = sequences
        shape = keepsPadding ? [examples, steps - first] : [rows.tokens.count]
        self.rowOfPlace = rowOfPlace
    }

    /// The last row of each example; negative for one without tokens.
    var lastRows: [Int32] {
        sequences.map { $0.isEmpty ? -1 : Int32(truncatingIfNeeded: $0.upperBound - 1) }
    }

    /// What dropout leaves out of rows, from the noise of a tape and the fingerprint of each example;
    /// `nil` without noise.
    func dropout(
        rate: Double, _ batch: Batch, noise: RandomStream?
    ) throws(TensorError) -> RowDropout? {
        guard let noise, rate > 0 else { return nil }
        let root = noise.split("dropout")
        var keys = [UInt64](repeating: 0, count: tokens.count)
        for (example, sequence) in sequences.enumerated() {
            var stream = root.split("\(batch.fingerprint(of: example))")
            for row in sequence.reversed() { keys[row] = stream.next() }
        }
        return try RowDropout(rate: Float(rate), keys: keys)
    }

    /// The states of a batch's targets from a value of each row and the last layers of a model.
    ///
    /// Layers see the rows that are needed; where factors are kept they see all, whose shape says
    /// which example they belong to.
    func placed(
        _ values: Variable, _ targets: [Int32], on tape: Tape,
        layers: (Variable) throws(TensorError) -> Variable
    ) throws(TensorError) -> PlacedStates {
        guard tape.sink?.keepsFactors != true else {
            let shape = [targets.count / sequences.count, sequences.count]
            return PlacedStates(values: try tape.rows(layers(values), rowOfPlace, shape: shape))
        }
        let places = targets.indices.filter { targets[$0] > 0 }
        return PlacedStates(
            values: try layers(tape.rows(values, places.map { rowOfPlace[$0] })),
            places: places.map { Int32(truncatingIfNeeded: $0) })
    }
}
