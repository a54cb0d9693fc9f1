import Testing

@testable import NightjarTensor

@Suite("Control of gradients")
struct GradientControlTests {
    @Test("a stopped gradient goes no further, a reversed one changes its sign")
    func stopAndReverse() throws {
        let tape = Tape(GradientSum())
        let x = tape.input(try Tensor([1, 2]))
        let stopped = tape.stopGradient(tape.reverseGradient(x))
        #expect(stopped.value.values == [1, 2])
        let y = try tape.add(tape.reverseGradient(x, scale: 3), stopped)
        try tape.backward(from: tape.sum(y))
        #expect(x.gradient?.values == [-3, -3])
    }

    @Test(
        "a masked value is filled and has no gradient",
        arguments: [[3, 4], [4], [3, 1], []])
    func maskedFill(_ maskShape: [Int]) throws {
        let marks = sample(maskShape, "mask").map { $0 > 0 ? 1.0 : 0 }
        let mask = NaiveArray(maskShape, marks)
        try GradientCheck(
            shapes: [[3, 4]],
            reference: { inputs in
                let x = NaiveArray([3, 4], inputs[0])
                return NaiveArray([3, 4]) { mask[$0] == 0 ? x[$0] : -9 }.values
            },
            operation: { try $0.maskedFill($1[0], tensor(marks, maskShape), with: -9) }
        ).run()
    }

    @Test("a filled infinity leaves no trace in the gradient")
    func infinity() throws {
        let tape = Tape(GradientSum())
        let x = tape.input(try Tensor([1, 2, 3], shape: [1, 3]))
        let masked = try tape.maskedFill(x, Tensor([0, 1, 0]), with: -.infinity)
        try tape.backward(from: tape.sum(tape.power(tape.softmax(masked), 2)))
        #expect(x.gradient?.isFinite == true)
        #expect(x.gradient?.values[1] == 0)
    }

    @Test("refuses a mask that is larger than the value")
    func refusals() throws {
        let tape = Tape()
        #expect(throws: TensorError.self) {
            try tape.maskedFill(tape.constant(Tensor([1])), Tensor([1, 0]), with: 0)
        }
    }
}
