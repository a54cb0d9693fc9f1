import Testing

@testable import NightjarTensor

@Suite("Windows of causal convolutions")
struct CausalWindowsTests {
    private static let (steps, examples, width) = (6, 3, 2)
    /// Examples that begin with the first step, later, and never.
    private static let begins: [Int32] = [0, 2, 6]

    /// The window of each step by its definition.
    private static func reference(
        _ x: [Double], _ window: CausalWindow, _ begins: [Int32]
    ) -> [Double] {
        var result: [Double] = []
        for step in 0..<steps {
            for (example, begin) in begins.enumerated() {
                for place in 0..<window.count {
                    let seen = step - (window.count - 1 - place) * window.dilation
                    let row = (seen * begins.count + example) * width
                    result += seen >= Int(begin) ? x[row..<row + width] : [0, 0]
                }
            }
        }
        return result
    }

    @Test(
        "hold the steps that each step sees, and pass gradients back to them",
        arguments: [(1, 1), (3, 1), (2, 3), (4, 2), (2, 9)])
    func windows(_ count: Int, _ dilation: Int) throws {
        let window = try CausalWindow(count: count, dilation: dilation)
        let shape = [Self.steps, Self.examples, Self.width]
        try GradientCheck(shapes: [shape]) {
            Self.reference($0[0], window, Self.begins)
        } operation: {
            try $0.causalWindows($1[0], window, begins: Self.begins)
        }.run()
    }

    @Test("with a linear map are a convolution whose gradients are known by example")
    func convolution() throws {
        let table = try parameter("table", [7, Self.width])
        let weight = try parameter("weight", [4, 3 * Self.width])
        let bias = try parameter("bias", [4])
        let window = try CausalWindow(count: 3, dilation: 2)
        let ids: [Int32] = [3, 0, 1, 5, 0, 2, 2, 1, 6, 6, 4, 2, 1, 1, 1, 2, 5, 3]
        try FactorCheck(examples: Self.examples, parameters: [table, weight, bias]) {
            tape, range in
            let layout = RowLayout(
                examples: range.count, steps: Self.steps, isTimeMajor: true)
            let own = (0..<Self.steps).flatMap { step in
                range.map { ids[step * Self.examples + $0] }
            }
            let x = try tape.gather(
                table, own, shape: [Self.steps, range.count], padding: 0, layout: layout)
            let begins = range.map { [Int32(0), 2, 0][$0] }
            let windows = try tape.causalWindows(x, window, begins: begins)
            let y = try tape.linear(windows, weight, bias: bias, layout: layout)
            return try tape.sum(tape.power(y, 2))
        }.run()
    }

    @Test("refuse sizes that make no sense")
    func misfits() throws {
        #expect(throws: TensorError.self) { try CausalWindow(count: 0) }
        #expect(throws: TensorError.self) { try CausalWindow(count: 2, dilation: 0) }
        #expect(throws: TensorError.self) { try CausalWindow(count: .max, dilation: .max) }
        let tape = Tape()
        let window = try CausalWindow(count: 2)
        let x = tape.input(try Tensor(shape: [2, 3, 4]))
        #expect(throws: TensorError.self) {
            try tape.causalWindows(x, window, begins: [0, 0])
        }
        #expect(throws: TensorError.self) {
            try tape.causalWindows(tape.input(Tensor(shape: [2, 3])), window, begins: [0])
        }
    }
}
