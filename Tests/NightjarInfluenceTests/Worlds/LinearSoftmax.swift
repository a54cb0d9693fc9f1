import NightjarModels
import NightjarRuntime
import NightjarTensor

@testable import NightjarInfluence

/// Softmax regression on fixed features, whose gradients and Fisher matrix have closed forms.
///
/// The "history" of an example is its number, and its features are a row of a table that is not
/// trained. Weights and biases together are one matrix `[classes, features + 1]`.
final class LinearSoftmax: NextItemModel {
    let features: Tensor
    let weight: Parameter
    let bias: Parameter

    init(
        examples: Int, features: Int, classes: Int, deviation: Float = 1, seed: UInt64 = 1
    ) throws {
        var stream = RandomStream(seed: seed, "linear softmax")
        self.features = try .normal([examples + 1, features], &stream)
        weight = Parameter("output.weight", try .normal([classes, features], &stream) * deviation)
        bias = Parameter("output.bias", try .normal([classes], &stream) * deviation)
    }

    var configuration: ModelConfiguration { ModelConfiguration(kind: "linear", sizes: [:]) }
    var parameters: [Parameter] { [weight, bias] }
    var classCount: Int { weight.value.shape[0] }

    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss {
        let rows = try features.gatheringRows(batch.ids)
        return try tape.softmaxCrossEntropy(
            tape.constant(rows), weight: weight, bias: bias, targets: batch.targets, scales: scales)
    }

    func scores(_ batch: Batch) throws -> Tensor {
        try features.gatheringRows(batch.ids).linear(weight.value, bias: bias.value)
    }

    /// z of an example: its features and a 1.
    func joined(_ example: Int) throws -> [Double] {
        try features.row(example + 1).values.map(Double.init) + [1]
    }

    /// The model's probabilities for an example.
    func probabilities(_ example: Int) throws -> [Double] {
        let batch = try Batch(histories: [Int32(example + 1)], targets: [0])
        let logits = try scores(batch).values.map(Double.init)
        let most = logits.max() ?? 0
        let exponentials = logits.map { Self.exp($0 - most) }
        let sum = exponentials.reduce(0, +)
        return exponentials.map { $0 / sum }
    }

    private static func exp(_ x: Double) -> Double {
        // e^x by its series after halving: exact enough, and needs no library.
        var (term, sum) = (1.0, 1.0)
        for n in 1...30 {
            term *= x / 64 / Double(n)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }

    /// The gradient for a label: (p − onehot)ᵀz, row by row.
    func gradient(_ example: Int, label: Int) throws -> [Double] {
        var delta = try probabilities(example)
        delta[label] -= 1
        let z = try joined(example)
        return delta.flatMap { d in z.map { d * $0 } }
    }

    /// Examples by number with given labels.
    func source(_ examples: [Int], labels: [Int]) -> TileSource {
        TileSource(count: examples.count) { some in
            try Batch(
                histories: some.map { Int32(examples[$0] + 1) },
                targets: some.map { Int32(labels[$0]) })
        }
    }

    var snapshot: Snapshot {
        nonisolated(unsafe) let model = self
        return Snapshot(name: "now", learningRate: 0.5) { model }
    }
}

/// Small dense linear algebra in double precision.
enum Dense {
    static func dot(_ x: [Double], _ y: [Double]) -> Double {
        zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Σ weight·xxᵀ.
    static func secondMoment(_ rows: [[Double]], weights: [Double]? = nil) -> [[Double]] {
        let n = rows.first?.count ?? 0
        var result = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
        for (index, row) in rows.enumerated() {
            let weight = weights?[index] ?? 1 / Double(rows.count)
            for i in 0..<n where row[i] != 0 {
                for j in 0..<n { result[i][j] += weight * row[i] * row[j] }
            }
        }
        return result
    }

    /// x of (A + λI)x = b, by elimination.
    static func solve(_ a: [[Double]], damping: Double, _ b: [Double]) -> [Double] {
        let n = b.count
        var m = a
        for i in 0..<n { m[i][i] += damping }
        var x = b
        for i in 0..<n {
            let pivot = (i..<n).max { abs(m[$0][i]) < abs(m[$1][i]) } ?? i
            m.swapAt(i, pivot)
            x.swapAt(i, pivot)
            for row in i + 1..<max(n, i + 1) {
                let factor = m[row][i] / m[i][i]
                guard factor != 0 else { continue }
                for column in i..<n { m[row][column] -= factor * m[i][column] }
                x[row] -= factor * x[i]
            }
        }
        for i in stride(from: n - 1, through: 0, by: -1) {
            for column in i + 1..<max(n, i + 1) { x[i] -= m[i][column] * x[column] }
            x[i] /= m[i][i]
        }
        return x
    }

    /// Eigenvectors of a symmetric matrix, one a row, by Jacobi's rotations.
    static func eigenvectors(_ matrix: [[Double]]) -> [[Double]] {
        let n = matrix.count
        var (a, vectors) = (matrix, matrix)
        for i in 0..<n { for j in 0..<n { vectors[i][j] = i == j ? 1 : 0 } }
        for _ in 0..<60 {
            for p in 0..<n {
                for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
                    let ratio = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let sign = ratio < 0 ? -1.0 : 1
                    let tangent = sign / (abs(ratio) + (ratio * ratio + 1).squareRoot())
                    let cosine = 1 / (tangent * tangent + 1).squareRoot()
                    let sine = tangent * cosine
                    for k in 0..<n {
                        (a[k][p], a[k][q]) = (
                            cosine * a[k][p] - sine * a[k][q], sine * a[k][p] + cosine * a[k][q]
                        )
                    }
                    for k in 0..<n {
                        (a[p][k], a[q][k]) = (
                            cosine * a[p][k] - sine * a[q][k], sine * a[p][k] + cosine * a[q][k]
                        )
                        (vectors[p][k], vectors[q][k]) = (
                            cosine * vectors[p][k] - sine * vectors[q][k],
                            sine * vectors[p][k] + cosine * vectors[q][k]
                        )
                    }
                }
            }
        }
        return vectors
    }

    /// Spearman's rank correlation of values without ties.
    static func spearman(_ x: [Double], _ y: [Double]) -> Double {
        func ranks(_ values: [Double]) -> [Double] {
            var ranks = [Double](repeating: 0, count: values.count)
            let order = values.indices.sorted { values[$0] < values[$1] }
            for (rank, place) in order.enumerated() { ranks[place] = Double(rank) }
            return ranks
        }
        let n = Double(x.count)
        let squares = zip(ranks(x), ranks(y)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return 1 - 6 * squares / (n * (n * n - 1))
    }
}
