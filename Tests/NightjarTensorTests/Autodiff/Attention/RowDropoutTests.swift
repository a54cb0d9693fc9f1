import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Dropout of rows")
struct RowDropoutTests {
    private func run(
        _ x: Tensor, rate: Float, _ keys: [UInt64], site: UInt32 = 0
    ) throws -> [Float] {
        let tape = Tape()
        return try tape.dropout(
            tape.constant(x), RowDropout(rate: rate, keys: keys), site: site
        ).value.values
    }

    @Test("draws the words of the generator that all random streams use")
    func words() throws {
        let ones = try Tensor(repeating: 1, shape: [1, 100])
        let key: UInt64 = 0x0123_4567_89AB_CDEF
        let found = try run(ones, rate: 0.5, [key])
        for column in 0..<100 {
            // Words of sixteen blocks stand side by side: all first ones, all second ones, ...
            let (group, place) = column.quotientAndRemainder(dividingBy: 64)
            let block = group * 16 + place % 16
            var stream = RandomStream(
                .init(key: key, drawn: UInt64(2 * block + place / 32)))
            let bits = stream.next()
            let word = place / 16 % 2 == 0 ? bits & 0xFFFF_FFFF : bits >> 32
            #expect(found[column] == (word < 1 << 31 ? 0 : 2), "column \(column)")
        }
    }

    @Test("leaves out its share, and others at every site and under every key")
    func share() throws {
        let ones = try Tensor(repeating: 1, shape: [50, 200])
        let keys = (1...50).map { UInt64($0) }
        let sites = try (0..<3 as Range<UInt32>).map {
            try run(ones, rate: 0.25, keys, site: $0)
        }
        #expect(Set(sites).count == 3)
        for values in sites {
            let zeros = values.filter { $0 == 0 }.count
            #expect(abs(Double(zeros) / 10_000 - 0.25) < 0.02)
            let kept: Float = 4 / 3
            #expect(values.allSatisfy { $0 == 0 || abs($0 - kept) < 1e-6 })
            let rows = (0..<50).map { row in Array(values[row * 200..<(row + 1) * 200]) }
            #expect(Set(rows).count == 50)
        }
    }

    @Test("passes on the gradients of what it kept, and those of a residual", arguments: [3, 70])
    func gradients(_ width: Int) throws {
        let keys: [UInt64] = [7, 8, 9]
        let ones = try Tensor(repeating: 1, shape: [3, width])
        let kept = try run(ones, rate: 0.5, keys, site: 2).map(Double.init)
        #expect(kept.contains(0))
        try GradientCheck(
            shapes: [[3, width], [3, width]],
            reference: { zip(zip($0[0], kept).map(*), $0[1]).map(+) },
            operation: { tape, x in
                try tape.dropout(
                    x[0], RowDropout(rate: 0.5, keys: keys), site: 2, addedTo: x[1])
            }
        ).run()
        try GradientCheck(
            shapes: [[3, width], [3, width]], reference: { zip($0[0], $0[1]).map(+) },
            operation: { try $0.dropout($1[0], nil, site: 2, addedTo: $1[1]) }
        ).run()
    }

    @Test("checks the rate, the number of keys and the shape of a residual")
    func refusals() throws {
        for rate in [-0.1, 1, .nan] as [Float] {
            #expect(throws: TensorError.self) { try RowDropout(rate: rate, keys: []) }
        }
        let tape = Tape()
        let (x, other) = (
            tape.constant(try Tensor(shape: [3, 2])), tape.constant(try Tensor(shape: [2, 3]))
        )
        #expect(throws: TensorError.self) {
            try tape.dropout(x, RowDropout(rate: 0.5, keys: [1, 2]), site: 0)
        }
        #expect(throws: TensorError.self) {
            try tape.dropout(
                x, RowDropout(rate: 0.5, keys: [1, 2, 3]), site: 0, addedTo: other)
        }
    }
}
