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

    private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}
