import NightjarRuntime
import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Tangents of scores")
struct OutputTangentsTests {
    private static let (rows, classes, width) = (6, 5, 3)
    private static let targets: [Int32] = [1, -1, 4, 2, 1, 3]
    private static let scales: [Float] = [1, 1, 0.5, 2, 0, 1]

    /// scale·(diag(p) − ppᵀ)·t of a row, in double precision.
    private func product(_ scores: [Double], _ tangent: [Double], scale: Double) -> [Double] {
        let most = scores.max() ?? 0
        let powers = scores.map { exp($0 - most) }
        let sum = powers.reduce(0, +)
        let mean = zip(powers, tangent).reduce(0) { $0 + $1.0 / sum * $1.1 }
        return zip(powers, tangent).map { scale * $0 / sum * ($1 - mean) }
    }

    /// The gradient by the scores of a cross-entropy on a tape with tangents: half the scores of one
    /// tape less half those of another.
    private func gradient(
        _ scores: Tensor, _ ahead: Tensor, _ behind: Tensor,
        _ loss: (Tape, Variable) throws -> Variable
    ) throws -> [Double] {
        let tangents = OutputTangents()
        for (values, factor) in [(ahead, Float(0.5)), (behind, -0.5)] {
            tangents.count(times: factor)
            let tape = Tape()
            tape.outputTangents = tangents
            _ = try loss(tape, tape.constant(values))
        }
        tangents.multiply()
        let tape = Tape(FactorRecorder())
        tape.outputTangents = tangents
        let input = tape.input(scores)
        try tape.backward(from: loss(tape, input))
        return try #require(input.gradient).doubles
    }

    @Test("give the products of a cross-entropy's curvature, and 0 where there is no label")
    func crossEntropy() throws {
        func values(_ name: String) throws -> Tensor {
            try tensor(sample([Self.rows, Self.classes], name), [Self.rows, Self.classes])
        }
        let (scores, ahead, behind) = (
            try values("scores"), try values("ahead"), try values("behind")
        )
        let found = try gradient(scores, ahead, behind) { tape, values in
            let losses = try tape.crossEntropy(values, Self.targets)
            return try tape.batchLoss(losses, scales: Self.scales).total
        }
        for row in 0..<Self.rows {
            let range = row * Self.classes..<(row + 1) * Self.classes
            let tangent = zip(ahead.doubles[range], behind.doubles[range]).map { ($0 - $1) / 2 }
            let scale = Self.targets[row] < 0 ? 0 : Double(Self.scales[row])
            let expected = product(Array(scores.doubles[range]), tangent, scale: scale)
            #expect(difference(Array(found[range]), expected) < 1e-6)
        }
    }

    @Test("give the same to a cross-entropy joined to a linear map", arguments: [false, true])
    func joined(_ factors: Bool) throws {
        let weight = try parameter("weight", [Self.classes, Self.width])
        let bias = try parameter("bias", [Self.classes])
        let inputs = try tensor(
            sample([Self.rows, Self.width], "inputs"), [Self.rows, Self.width])
        let moved = try tensor(sample([Self.rows, Self.width], "moved"), [Self.rows, Self.width])
        func run(_ isJoined: Bool) throws -> [[Double]] {
            let tangents = OutputTangents()
            func total(_ tape: Tape, _ rows: Variable) throws -> Variable {
                tape.outputTangents = tangents
                if isJoined {
                    return try tape.softmaxCrossEntropy(
                        rows, weight: weight, bias: bias, targets: Self.targets,
                        scales: Self.scales
                    ).total
                }
                let scores = try tape.linear(rows, weight, bias: bias)
                let losses = try tape.crossEntropy(scores, Self.targets)
                return try tape.batchLoss(losses, scales: Self.scales).total
            }
            tangents.count(times: 1)
            let ahead = Tape()
            _ = try total(ahead, ahead.constant(moved))
            tangents.multiply()
            let sum = GradientSum()
            let tape = factors ? Tape(FactorRecorder()) : Tape(sum)
            let input = tape.input(inputs)
            try tape.backward(from: total(tape, input))
            let gradient = try #require(input.gradient).doubles
            guard !factors else { return [gradient] }
            return [gradient]
                + (try [weight, bias].map {
                    try #require(sum[$0]).dense(like: $0.value).doubles
                })
        }
        for (found, expected) in zip(try run(true), try run(false)) {
            #expect(difference(found, expected) < 1e-6)
        }
    }

    @Test("of another shape, or of no loss before, are refused")
    func shapes() throws {
        let tangents = OutputTangents()
        func loss(_ rows: Int, _ classes: Int) throws {
            let tape = Tape()
            tape.outputTangents = tangents
            let scores = try Tensor(repeating: 0, shape: [rows, classes])
            _ = try tape.crossEntropy(
                tape.constant(scores), [Int32](repeating: 0, count: rows))
        }
        #expect(throws: TensorError.self) { try loss(2, 3) }
        tangents.count(times: 1)
        try loss(2, 3)
        tangents.count(times: -1)
        #expect(throws: TensorError.self) { try loss(2, 4) }
        tangents.multiply()
        #expect(throws: TensorError.self) { try loss(3, 3) }
        // A loss of no rows is one, too, and so is the next.
        let others = OutputTangents()
        func both() throws {
            let tape = Tape()
            tape.outputTangents = others
            for rows in [0, 2] {
                let scores = try tape.constant(Tensor(repeating: 0, shape: [rows, 3]))
                _ = try tape.crossEntropy(scores, [Int32](repeating: 0, count: rows))
            }
        }
        others.count(times: 1)
        try both()
        others.multiply()
        try both()
    }
}
