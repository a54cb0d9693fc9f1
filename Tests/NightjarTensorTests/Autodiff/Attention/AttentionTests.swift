import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Attention")
struct AttentionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var sequences: [Range<Int>]
        var rows: Int
        var heads: Int
        var width: Int
        var isCausal: Bool
        var testDescription: String {
            "\(sequences) of \(rows) rows, \(heads) heads of \(width / heads), "
                + (isCausal ? "causal" : "both ways")
        }
        var layout: AttentionLayout {
            AttentionLayout(sequences: sequences, heads: heads, isCausal: isCausal)
        }
    }

    static let cases: [Case] = [true, false].flatMap { isCausal in
        [
            Case(sequences: [0..<4], rows: 4, heads: 1, width: 3, isCausal: isCausal),
            Case(
                sequences: [1..<4, 4..<5, 6..<6, 6..<8], rows: 9, heads: 2, width: 4,
                isCausal: isCausal),
            Case(sequences: [0..<2, 2..<5], rows: 5, heads: 3, width: 3, isCausal: isCausal),
        ]
    }

    /// The formula, in double precision; `kept` has what dropout multiplies each weight by.
    private static func reference(
        _ some: Case, _ q: [Double], _ kv: [Double],
        kept: (_ query: Int, _ key: Int, _ head: Int) -> Double = { _, _, _ in 1 }
    ) -> [Double] {
        let (width, size) = (some.width, some.width / some.heads)
        var result = [Double](repeating: 0, count: some.rows * width)
        for sequence in some.sequences {
            for head in 0..<some.heads {
                for i in sequence {
                    let seen = some.isCausal ? sequence.lowerBound..<i + 1 : sequence
                    let weights = seen.map { j in
                        exp(
                            (0..<size).reduce(0) { sum, k in
                                sum + q[i * width + head * size + k]
                                    * kv[j * 2 * width + head * size + k]
                            } / Double(size).squareRoot())
                    }
                    let total = weights.reduce(0, +)
                    for (j, weight) in zip(seen, weights) {
                        for k in 0..<size {
                            result[i * width + head * size + k] +=
                                weight / total * kept(i, j, head)
                                * kv[j * 2 * width + width + head * size + k]
                        }
                    }
                }
            }
        }
        return result
    }

    @Test("equals its formula, with gradients", arguments: cases)
    func formula(_ some: Case) throws {
        try GradientCheck(
            shapes: [[some.rows, some.width], [some.rows, 2 * some.width]], tolerance: 1e-4,
            reference: { Self.reference(some, $0[0], $0[1]) },
            operation: { try $0.attention($1[0], $1[1], some.layout) }
        ).run()
    }

    @Test("leaves out weights, with the gradients of those that it keeps", arguments: cases)
    func dropout(_ some: Case) throws {
        let dropout = try RowDropout(
            rate: 0.4, keys: (0..<some.rows).map { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 })
        let size = some.width / some.heads
        /// Weights of one head, from values that are 1 for one key alone.
        func weights(_ head: Int, _ dropout: RowDropout?) throws -> [[Float]] {
            try (0..<some.rows).map { key in
                let kv = try Tensor(shape: [some.rows, 2 * some.width])
                kv.pointer[key * 2 * some.width + some.width + head * size] = 1
                let tape = Tape()
                let found = try tape.attention(
                    tape.constant(Tensor(shape: [some.rows, some.width])), tape.constant(kv),
                    some.layout, dropout: dropout, site: 3)
                return (0..<some.rows).map {
                    found.value.pointer[$0 * some.width + head * size]
                }
            }
        }
        var factors: [Double] = []
        for head in 0..<some.heads {
            for (all, kept) in zip(try weights(head, nil), try weights(head, dropout)) {
                factors += zip(all, kept).map { $0 == 0 ? 1 : Double($1 / $0) }
            }
        }
        #expect(factors.contains(0))
        #expect(factors.allSatisfy { $0 == 0 || $0 == 1 || abs($0 - 1 / 0.6) < 1e-5 })
        try GradientCheck(
            shapes: [[some.rows, some.width], [some.rows, 2 * some.width]], tolerance: 1e-4,
            reference: { inputs in
                Self.reference(some, inputs[0], inputs[1]) { query, key, head in
                    factors[(head * some.rows + key) * some.rows + query]
                }
            },
            operation: { try $0.attention($1[0], $1[1], some.layout, dropout: dropout, site: 3) }
        ).run()
    }

    /// From scaled_dot_product_attention of PyTorch 2.13 in double precision.
    @Test("equals PyTorch's, with gradients", arguments: [true, false])
    func outsideJudge(_ isCausal: Bool) throws {
        let expected: (first: [Double], last: [Double], q: Double, kv: Double) =
            isCausal
            ? (
                [1.7974162, 1.8043437, 0.4457798, -1.2501413, -1.9999804, -1.2362742],
                [0.6722085, -0.4773222, -1.265625, -0.6343423, 0.4393173, 1.1805104],
                1.7302303362, 4.0523906884
            )
            : (
                [0.174044, 1.4430121, 1.6199374, 0.3505286, -1.1203034, -1.7433121],
                [0.6722085, -0.4773222, -1.265625, -0.6343423, 0.4393173, 1.1805104],
                2.1810672289, 3.3190797578
            )
        let tape = Tape(GradientSum())
        let q = tape.input(try sines(1, [5, 6], scale: 2))
        let kv = tape.input(try sines(2, [5, 12], scale: 2))
        let o = try tape.attention(
            q, kv, AttentionLayout(sequences: [0..<5], heads: 2, isCausal: isCausal))
        #expect(difference(try o.value.row(0).doubles, expected.first) < 1e-5)
        #expect(difference(try o.value.row(4).doubles, expected.last) < 1e-5)
        try tape.backward(from: tape.weightedSum(o, sines(3, [5, 6])))
        #expect(abs(probe(q.gradient) - expected.q) < 1e-5)
        #expect(abs(probe(kv.gradient) - expected.kv) < 1e-5)
    }

    @Test(
        "of long sequences equals products and a softmax with a mask", arguments: [true, false],
        [1, 2])
    func longSequences(_ isCausal: Bool, _ heads: Int) throws {
        let (rows, width) = (300, 64)
        let size = width / heads
        let inputs = try [
            tensor(sample([rows, width], "q"), [rows, width]),
            tensor(sample([rows, 2 * width], "kv"), [rows, 2 * width]),
        ]
        func gradients(_ run: (Tape, [Variable]) throws -> Variable) throws -> [[Double]] {
            let tape = Tape(GradientSum())
            let variables = inputs.map { tape.input($0) }
            let output = try run(tape, variables)
            try tape.backward(
                from: tape.weightedSum(
                    output, tensor(sample([rows, width], "g"), [rows, width])))
            return [output.value.doubles] + variables.map { $0.gradient?.doubles ?? [] }
        }
        let found = try gradients { tape, x in
            try tape.attention(
                x[0], x[1],
                AttentionLayout(sequences: [0..<rows], heads: heads, isCausal: isCausal))
        }
        let hidden = try Tensor(shape: [rows, rows])
        if isCausal {
            for i in 0..<rows { for j in i + 1..<rows { hidden.pointer[i * rows + j] = 1 } }
        }
        let expected = try gradients { tape, x in
            try tape.concatenate(
                (0..<heads).map { head in
                    func part(_ variable: Variable, _ start: Int) throws -> Variable {
                        let first = start + head * size
                        return try tape.slice(variable, axis: 1, first..<first + size)
                    }
                    let products = try tape.scale(
                        tape.matmul(
                            part(x[0], 0), part(x[1], 0), transposingRight: true),
                        by: 1 / Float(size).squareRoot())
                    let weights = try tape.softmax(
                        tape.maskedFill(products, hidden, with: -1e9))
                    return try tape.matmul(weights, part(x[1], width))
                }, axis: 1)
        }
        for (some, other) in zip(found, expected) { #expect(difference(some, other) < 1e-5) }
    }

    @Test("of a sequence has the same bytes wherever its rows stand")
    func composition() throws {
        let (rows, width) = (7, 4)
        let (q, kv) = (sample([rows, width], "q"), sample([rows, 2 * width], "kv"))
        let keys = (0..<rows).map { UInt64($0) << 40 | 5 }
        func run(before: Int, after: Int) throws -> [UInt32] {
            func padded(_ values: [Double], _ width: Int) throws -> Tensor {
                let rows = before + rows + after
                return try tensor(
                    sample([before, width], "before") + values + sample([after, width], "after"),
                    [rows, width])
            }
            let dropout = try RowDropout(
                rate: 0.3,
                keys: [UInt64](repeating: 1, count: before) + keys
                    + [UInt64](repeating: 2, count: after))
            let tape = Tape()
            let others = (before > 0 ? [0..<before] : [])
            let found = try tape.attention(
                tape.constant(padded(q, width)), tape.constant(padded(kv, 2 * width)),
                AttentionLayout(
                    sequences: others + [before..<before + rows], heads: 2, isCausal: true),
                dropout: dropout)
            return try found.value.rows(before..<before + rows).bits
        }
        #expect(try run(before: 0, after: 0) == run(before: 5, after: 3))
    }

    @Test("checks shapes, sequences, heads and keys")
    func refusals() throws {
        func run(
            _ q: [Int], _ kv: [Int], _ sequences: [Range<Int>], heads: Int = 1, keys: Int? = nil
        ) throws {
            let tape = Tape()
            let dropout = try keys.map {
                try RowDropout(rate: 0.5, keys: [UInt64](repeating: 1, count: $0))
            }
            _ = try tape.attention(
                tape.constant(Tensor(shape: q)), tape.constant(Tensor(shape: kv)),
                AttentionLayout(sequences: sequences, heads: heads, isCausal: true),
                dropout: dropout)
        }
        try run([4, 2], [4, 4], [0..<4], heads: 2, keys: 4)
        try run([0, 2], [0, 4], [])
        try run([2, 2, 2], [2, 2, 4], [0..<2, 2..<4])
        for (q, kv, sequences, heads, keys) in [
            ([4, 2], [4, 2], [0..<4], 1, nil), ([4, 2], [3, 4], [0..<3], 1, nil),
            ([], [], [], 1, nil), ([4, 0], [4, 0], [0..<4], 1, nil),
            ([4, 2], [4, 4], [0..<5], 1, nil), ([4, 2], [4, 4], [-1..<4], 1, nil),
            ([4, 2], [4, 4], [0..<3, 2..<4], 1, nil), ([4, 2], [4, 4], [2..<4, 0..<2], 1, nil),
            ([4, 2], [4, 4], [0..<4], 0, nil), ([4, 2], [4, 4], [0..<4], 3, nil),
            ([4, 2], [4, 4], [0..<4], 1, 3),
        ] as [([Int], [Int], [Range<Int>], Int, Int?)] {
            #expect(throws: TensorError.self, "\(q) \(kv) \(sequences) \(heads)") {
                try run(q, kv, sequences, heads: heads, keys: keys)
            }
        }
    }
}
