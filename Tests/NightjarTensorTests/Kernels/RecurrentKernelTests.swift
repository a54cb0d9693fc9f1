import CKernels
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Recurrent kernels")
struct RecurrentKernelTests {
    /// Arguments of gates: ordinary, near where the functions saturate, and far beyond.
    static let arguments: [Float] = [
        -.infinity, -1e30, -100, -31, -30, -29.5, -15, -1, 0, 0.5, 15, 16, 29.5, 30, 31, 100, 1e30,
        .infinity,
    ]

    @Test("are right for every combination of shut, open and saturated gates", arguments: arguments)
    func saturation(_ forget: Float) {
        var input: [Float] = []
        for i in Self.arguments {
            for g in Self.arguments { for o in Self.arguments { input += [i, forget, g, o] } }
        }
        let rows = input.count / 4
        var gates = [Float](repeating: 0, count: input.count)
        var (cell, squashed, hidden) = (gates, gates, gates)
        let which = (0..<Int32(rows)).map { $0 }
        let previous = [Float](repeating: 0.75, count: rows)
        nj_lstm_forward(rows, 1, &gates, input, which, previous, &cell, &squashed, &hidden)
        for row in 0..<rows {
            let x = input[row * 4..<row * 4 + 4].map(Double.init)
            let (i, f, o) = (sigmoid(x[0]), sigmoid(x[1]), sigmoid(x[3]))
            let expected = f * 0.75 + i * tanh(x[2])
            #expect(abs(Double(cell[row]) - expected) < 1e-6, "\(x)")
            #expect(abs(Double(hidden[row]) - o * tanh(expected)) < 1e-6, "\(x)")
        }
    }

    @Test("of a GRU are right for every combination too", arguments: arguments)
    func gruSaturation(_ reset: Float) {
        let states: [Float] = [-1, 0, 0.5, 64]
        var input: [Float] = []
        for z in Self.arguments { for n in Self.arguments { input += [reset, z, n] } }
        let rows = input.count / 3
        let which = (0..<Int32(rows)).map { $0 }
        for state in states {
            let bias: [Float] = [0, 0, state]
            var gates = [Float](repeating: 0, count: input.count)
            var (candidates, hidden) = (gates, gates)
            let previous = [Float](repeating: 0.75, count: rows)
            nj_gru_forward(rows, 1, &gates, bias, input, which, previous, &candidates, &hidden)
            for row in 0..<rows {
                let x = input[row * 3..<row * 3 + 3].map(Double.init)
                let n = tanh(x[2] + sigmoid(x[0]) * Double(state))
                let z = sigmoid(x[1])
                #expect(abs(Double(hidden[row]) - ((1 - z) * n + z * 0.75)) < 1e-6, "\(x) \(state)")
            }
        }
    }

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
