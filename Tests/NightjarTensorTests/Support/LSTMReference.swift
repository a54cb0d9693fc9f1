// A long short-term memory over one sequence in double precision, forward and backward.

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// One example at a time, one number at a time: nothing to share with the code under test.
struct LSTMReference {
    let inputSize: Int
    let hiddenSize: Int
    let table: [Double]
    let inputWeight: [Double]
    let hiddenWeight: [Double]
    let bias: [Double]

    /// Gradients in the order table, input weights, recurrent weights, bias.
    struct Gradients {
        var table: [Double]
        var inputWeight: [Double]
        var hiddenWeight: [Double]
        var bias: [Double]
    }

    private struct Step {
        var x: [Double]
        var gates: [Double]
        var cell: [Double]
        var hidden: [Double]
    }

    init(_ table: Parameter, _ weights: LSTMWeights) {
        inputSize = weights.inputSize
        hiddenSize = weights.hiddenSize
        self.table = table.value.doubles
        inputWeight = weights.inputWeight.value.doubles
        hiddenWeight = weights.hiddenWeight.value.doubles
        bias = zip(weights.inputBias.value.doubles, weights.hiddenBias.value.doubles).map {
            $0 + $1
        }
    }

    /// Gradients of zero.
    var zero: Gradients {
        func zeros(_ values: [Double]) -> [Double] { values.map { _ in 0 } }
        return Gradients(
            table: zeros(table), inputWeight: zeros(inputWeight),
            hiddenWeight: zeros(hiddenWeight), bias: zeros(bias))
    }

    private func run(_ ids: [Int32]) -> [Step] {
        let zeros = [Double](repeating: 0, count: hiddenSize)
        var steps: [Step] = []
        for id in ids {
            let x = Array(table[Int(id) * inputSize..<(Int(id) + 1) * inputSize])
            let (h, c) = (steps.last?.hidden ?? zeros, steps.last?.cell ?? zeros)
            var step = Step(x: x, gates: [], cell: zeros, hidden: zeros)
            for unit in 0..<4 * hiddenSize {
                var a = bias[unit]
                for k in 0..<inputSize { a += inputWeight[unit * inputSize + k] * x[k] }
                for k in 0..<hiddenSize { a += hiddenWeight[unit * hiddenSize + k] * h[k] }
                let isCandidate = unit / hiddenSize == 2
                step.gates.append(isCandidate ? tanh(a) : 1 / (1 + exp(-a)))
            }
            for k in 0..<hiddenSize {
                let (i, f) = (step.gates[k], step.gates[hiddenSize + k])
                let (g, o) = (step.gates[2 * hiddenSize + k], step.gates[3 * hiddenSize + k])
                step.cell[k] = f * c[k] + i * g
                step.hidden[k] = o * tanh(step.cell[k])
            }
            steps.append(step)
        }
        return steps
    }

    /// The states after each step.
    func states(_ ids: [Int32]) -> [[Double]] { run(ids).map(\.hidden) }

    /// Adds the gradients of Σ_t upstream[t]·h[t]; a padding row gets none.
    func addGradients(
        _ ids: [Int32], _ upstream: [[Double]], padding: Int32, to sum: inout Gradients
    ) {
        let steps = run(ids)
        let (n, e) = (hiddenSize, inputSize)
        let zeros = [Double](repeating: 0, count: n)
        var (dh, dc) = (zeros, zeros)
        for t in steps.indices.reversed() {
            let step = steps[t]
            let (h, c) = t > 0 ? (steps[t - 1].hidden, steps[t - 1].cell) : (zeros, zeros)
            var delta = [Double](repeating: 0, count: 4 * n)
            for k in 0..<n {
                let (i, f) = (step.gates[k], step.gates[n + k])
                let (g, o) = (step.gates[2 * n + k], step.gates[3 * n + k])
                let (squashed, up) = (tanh(step.cell[k]), dh[k] + upstream[t][k])
                let d = dc[k] + up * o * (1 - squashed * squashed)
                delta[k] = d * g * i * (1 - i)
                delta[n + k] = d * c[k] * f * (1 - f)
                delta[2 * n + k] = d * i * (1 - g * g)
                delta[3 * n + k] = up * squashed * o * (1 - o)
                dc[k] = d * f
            }
            dh = zeros
            for unit in 0..<4 * n {
                sum.bias[unit] += delta[unit]
                for k in 0..<n {
                    sum.hiddenWeight[unit * n + k] += delta[unit] * h[k]
                    dh[k] += delta[unit] * hiddenWeight[unit * n + k]
                }
                for k in 0..<e {
                    sum.inputWeight[unit * e + k] += delta[unit] * step.x[k]
                    guard ids[t] != padding else { continue }
                    sum.table[Int(ids[t]) * e + k] += delta[unit] * inputWeight[unit * e + k]
                }
            }
        }
    }
}
