import NightjarRuntime
import Testing

@testable import NightjarTensor

/// Products on whatever kernels this machine has; where it has a tile unit, on both kinds.
@Suite("Matrix products")
struct ProductTests {
    /// Sizes around the edges of tiles, panels, chunks and blocks.
    static let shapes = [
        (1, 1, 1), (7, 50, 70), (16, 16, 32), (17, 33, 31), (48, 200, 33), (64, 128, 64),
        (129, 97, 512), (257, 65, 545), (50, 1100, 40), (300, 48, 1030),
    ]

    /// A product's operands, as they lie in memory, and its exact result.
    struct Problem {
        let (rows, columns, inner): (Int, Int, Int)
        let isLeftTransposed: Bool
        let isRightTransposed: Bool
        var left: Tensor
        var right: Tensor

        init(
            _ shape: (Int, Int, Int), transposingLeft: Bool = false, transposingRight: Bool = false
        ) throws {
            (rows, columns, inner) = shape
            isLeftTransposed = transposingLeft
            isRightTransposed = transposingRight
            var stream = RandomStream(seed: 1, "products")
            // Magnitudes from e^-8 to e^8: what is small must not be lost beside what is large.
            func random(_ shape: [Int]) throws -> Tensor {
                try Tensor(
                    (0..<shape[0] * shape[1]).map { _ in
                        let sign: Double = stream.bernoulli(0.5) ? 1 : -1
                        return Float(sign * exp(16 * stream.uniform() - 8))
                    }, shape: shape)
            }
            left = try random(transposingLeft ? [inner, rows] : [rows, inner])
            right = try random(transposingRight ? [columns, inner] : [inner, columns])
        }

        var a: Matrix { isLeftTransposed ? Matrix(left).transposed : Matrix(left) }
        var b: Matrix { isRightTransposed ? Matrix(right).transposed : Matrix(right) }

        /// What rounding each of the products and sums of an element may add up to, by Σ|a·b|.
        var limit: Double { 1.5e-7 * (1 + Double(inner).squareRoot() / 2) }

        /// The largest |result - exact| / Σ|a·b| over elements from all tiles; `before` was added to.
        func worstError(_ result: [Float], before: Float = 0) -> Double {
            let (x, y) = (left.values.map(Double.init), right.values.map(Double.init))
            var worst = 0.0
            for row in Set(stride(from: 0, to: rows, by: 13)).union([rows - 1]) {
                for column in Set(stride(from: 0, to: columns, by: 11)).union([columns - 1]) {
                    var (sum, size) = (Double(before), abs(Double(before)))
                    for k in 0..<inner {
                        let one = x[isLeftTransposed ? k * rows + row : row * inner + k]
                        let other = y[isRightTransposed ? column * inner + k : k * columns + column]
                        sum += one * other
                        size += abs(one * other)
                    }
                    worst = max(worst, abs(Double(result[row * columns + column]) - sum) / size)
                }
            }
            return worst
        }
    }

    @Test(
        "are as precise as single precision allows, whichever way operands lie",
        arguments: shapes, [0, 1, 2, 3])
    func precision(_ shape: (Int, Int, Int), _ turned: Int) throws {
        let problem = try Problem(
            shape, transposingLeft: turned & 1 == 1, transposingRight: turned & 2 == 2)
        let (rows, columns, _) = shape
        let result = try Tensor(uninitialized: [rows, columns])
        let operand = PackedOperand(problem.b, as: .right)
        let other = PackedOperand(problem.a, as: .left)
        for (name, product) in [
            ("two matrices", { BLAS.multiply(problem.a, problem.b, into: Matrix(result)) }),
            (
                "in parallel",
                { BLAS.multiplyInParallel(problem.a, problem.b, into: Matrix(result)) }
            ),
            ("right packed", { BLAS.multiply(problem.a, operand, into: Matrix(result)) }),
            ("left packed", { BLAS.multiply(other, problem.b, into: Matrix(result)) }),
            ("both packed", { BLAS.multiply(other, operand, into: Matrix(result)) }),
        ] as [(String, () -> Void)] {
            result.fill(.nan)
            product()
            #expect(problem.worstError(result.values) < problem.limit, "\(name)")
        }
        result.fill(3)
        BLAS.multiply(problem.a, operand, into: Matrix(result), adds: true)
        #expect(problem.worstError(result.values, before: 3) < problem.limit, "added to")
    }

    @Test("leave what lies beside their result alone")
    func surroundings() throws {
        let problem = try Problem((50, 70, 64))
        let memory = try Tensor(repeating: 9, shape: [52, 100])
        let inside = Matrix(memory.pointer + 100 + 7, 50, 70, stride: 100)
        BLAS.multiply(problem.a, PackedOperand(problem.b, as: .right), into: inside)
        let changed = memory.values.enumerated().filter { place, value in
            let (row, column) = (place / 100 - 1, place % 100 - 7)
            return value != 9 && !((0..<50).contains(row) && (0..<70).contains(column))
        }
        #expect(changed.isEmpty)
    }

    @Test(
        "treat what is not finite, or nearly too large, as scalar arithmetic does",
        arguments: [Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude, 0x1p126, 1e-30])
    func extremes(_ value: Float) throws {
        var problem = try Problem((64, 200, 96))
        var values = [Float](repeating: 0, count: 64 * 96)
        values[5 * 96 + 7] = value
        problem.left = try Tensor(values, shape: [64, 96])
        problem.right = try Tensor(repeating: 1, shape: [96, 200])
        let result = try Tensor(uninitialized: [64, 200])
        BLAS.multiply(problem.a, PackedOperand(problem.b, as: .right), into: Matrix(result))
        let wrong = result.values.enumerated().filter { place, found in
            let expected: Float = place / 200 == 5 ? value : 0
            return found != expected && !(found.isNaN && expected.isNaN)
        }
        #expect(wrong.isEmpty)
    }

    @Test("give the same bytes again, and on any number of threads")
    func repeatable() throws {
        let problem = try Problem((500, 300, 200))
        let (first, second) = (
            try Tensor(uninitialized: [500, 300]), try Tensor(uninitialized: [500, 300])
        )
        BLAS.multiplyInParallel(problem.a, problem.b, into: Matrix(first))
        for _ in 0..<5 {
            BLAS.multiplyInParallel(problem.a, problem.b, into: Matrix(second))
            #expect(first.values == second.values)
        }
    }
}

#if canImport(Glibc)
    import Glibc
#endif
