import Testing

@testable import NightjarTensor

@Suite("Chosen rows")
struct ChosenRowsTests {
    @Test("are those named, zeros for a negative number, with gradients")
    func gradients() throws {
        let numbers: [Int32] = [3, -1, 0, 2]
        try GradientCheck(
            shapes: [[4, 3]],
            reference: { inputs in
                numbers.flatMap { row in
                    (0..<3).map { row < 0 ? 0 : inputs[0][Int(row) * 3 + $0] }
                }
            },
            operation: { try $0.rows($1[0], numbers) }
        ).run()
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [2, 2, 3]))
        #expect(try tape.rows(x, numbers, shape: [2, 2]).value.shape == [2, 2, 3])
        #expect(try tape.rows(x, []).value.shape == [0, 3])
    }

    @Test("are refused when there is no such row, or one is named twice")
    func refusals() throws {
        let tape = Tape()
        let x = tape.constant(try Tensor(shape: [2, 3]))
        for numbers in [[2], [1, 1]] as [[Int32]] {
            #expect(throws: TensorError.self) { try tape.rows(x, numbers) }
        }
    }
}
