import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Drawn labels")
struct LabelDrawsTests {
    private func labels(
        _ logits: [Float], rows: Int, firstExample: Int = 0, targets: [Int32]? = nil
    ) throws -> [Int32] {
        let classes = logits.count
        let values = try Tensor(
            (0..<rows).flatMap { _ in logits }, shape: [rows, classes])
        let tape = Tape(FactorRecorder())
        tape.labelDraws = LabelDraws(
            RandomStream(seed: 1, "labels"), firstExample: firstExample)
        let x = tape.input(values)
        let losses = try tape.crossEntropy(x, targets ?? [Int32](repeating: 0, count: rows))
        try tape.backward(from: tape.sum(losses))
        // The gradient is softmax − onehot: below 0 at the label alone.
        let gradient = try #require(x.gradient).values
        return (0..<rows).map { row in
            let line = gradient[row * classes..<(row + 1) * classes]
            return Int32(line.firstIndex { $0 < 0 }.map { $0 - row * classes } ?? -1)
        }
    }

    @Test("come as often as the softmax says")
    func frequencies() throws {
        let drawn = try labels([0, 1.0986123, -30], rows: 4000)  // 1/4, 3/4, nearly 0
        let shares = (0..<3).map { label in
            Double(drawn.filter { $0 == label }.count) / 4000
        }
        #expect(abs(shares[0] - 0.25) < 0.03 && abs(shares[1] - 0.75) < 0.03 && shares[2] == 0)
    }

    @Test("depend on the example's number, not on its batch")
    func numbers() throws {
        let all = try labels([0, 0, 0, 0], rows: 50)
        #expect(try labels([0, 0, 0, 0], rows: 20, firstExample: 30) == Array(all[30...]))
    }

    @Test("are not drawn for rows without a label")
    func leftOut() throws {
        let drawn = try labels([0, 0, 0], rows: 4, targets: [0, -1, 2, -1])
        #expect(drawn[1] == -1 && drawn[3] == -1 && drawn[0] >= 0 && drawn[2] >= 0)
    }

    @Test("never are padding where that has no probability")
    func padding() throws {
        let weight = Parameter("weight", try Tensor(repeating: 0, shape: [3, 1]))
        let bias = Parameter("bias", try Tensor([9, 0, 0]))
        let recorder = FactorRecorder()
        let tape = Tape(recorder)
        tape.labelDraws = LabelDraws(RandomStream(seed: 1, "labels"))
        let loss = try tape.softmaxCrossEntropy(
            tape.constant(Tensor(repeating: 1, shape: [200, 1])), weight: weight, bias: bias,
            targets: [Int32](repeating: 1, count: 200), scales: [Float](repeating: 1, count: 200),
            leavesOutPadding: true)
        try tape.backward(from: loss.total)
        #expect(tape.drawnLosses == 1)
        let use = try #require(recorder.uses.last)
        guard case .direct(_, let deltas, _) = use else { return }
        let values = try deltas.columnSums().values
        #expect(values[0] == 0 && abs(values[1]) < 25 && values[1] == -values[2])
    }
}
