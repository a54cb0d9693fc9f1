import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Dropout")
struct DropoutTests {
    @Test("drops the given share and keeps the mean", arguments: [0.1, 0.5, 0.9] as [Float])
    func share(_ rate: Float) throws {
        var stream = RandomStream(seed: 1, "dropout")
        let tape = Tape(GradientSum())
        let x = tape.input(try Tensor(repeating: 1, shape: [100_001]))
        let y = try tape.dropout(x, rate: rate, &stream)
        let values = y.value.values
        let dropped = Double(values.filter { $0 == 0 }.count) / Double(values.count)
        let deviation = (Double(rate * (1 - rate)) / Double(values.count)).squareRoot()
        #expect(abs(dropped - Double(rate)) < 5 * deviation)
        #expect(values.allSatisfy { $0 == 0 || $0 == 1 / (1 - rate) })
        #expect(stream.state.drawn == 50_001)
        try tape.backward(from: tape.sum(y))
        #expect(x.gradient?.values == values)
    }

    @Test("the same stream drops the same elements")
    func repeatable() throws {
        let x = try tensor(sample([33], "x"), [33])
        func run(_ name: String) throws -> [Float] {
            var stream = RandomStream(seed: 2, name)
            let tape = Tape()
            return try tape.dropout(tape.constant(x), rate: 0.5, &stream).value.values
        }
        #expect(try run("a") == run("a"))
        #expect(try run("a") != run("b"))
    }

    @Test("rate 0 changes nothing and other rates are checked")
    func rates() throws {
        var stream = RandomStream(seed: 1, "dropout")
        let tape = Tape()
        let x = tape.constant(try Tensor([1, 2]))
        #expect(try tape.dropout(x, rate: 0, &stream) === x)
        for rate: Float in [-0.1, 1, 2, .nan] {
            #expect(throws: TensorError.self) { try tape.dropout(x, rate: rate, &stream) }
        }
    }
}
