import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Dot products between lines")
struct LineOperandTests {
    /// Two sets of lines with random signs, and their exact products.
    struct Problem {
        let left: Tensor
        let right: Tensor

        /// Magnitudes within a line differ by up to `e^spread`.
        init(rows: Int, columns: Int, inner: Int, spread: Double) throws {
            var stream = RandomStream(seed: 1, "lines")
            func random(_ lines: Int) throws -> Tensor {
                let values = (0..<lines * inner).map { _ in
                    let sign: Double = stream.bernoulli(0.5) ? 1 : -1
                    return Float(sign * exp(-spread * stream.uniform()))
                }
                return try Tensor(values, shape: [lines, inner])
            }
            left = try random(rows)
            right = try random(columns)
        }

        /// Products of all lines, the left ones put in blocks of `block` lines.
        func products(
            block: Int = 64, times: Int = 1, before: Float = 0
        ) throws -> Tensor {
            let (rows, columns, inner) = (left.rowCount, right.rowCount, left.columnCount)
            let operand = try LineOperand(lines: columns + 40, inner: inner, as: .right)
            for first in stride(from: 0, to: columns, by: LineOperand.group) {
                let some = first..<min(first + LineOperand.group, columns)
                operand.put(Matrix(right).rows(some), at: first)
            }
            let some = try LineOperand(lines: block, inner: inner, as: .left)
            let sums = try LineProducts(rows: rows, columns: columns)
            for first in stride(from: 0, to: rows, by: block) {
                let lines = first..<min(first + block, rows)
                some.put(Matrix(left).rows(lines), at: 0)
                for turn in 0..<times {
                    sums.multiply(some, lines.count, operand, from: first, adds: turn > 0)
                }
            }
            let result = try Tensor(repeating: before, shape: [rows, columns])
            sums.add(to: Matrix(result))
            return result
        }

        /// The largest |result - exact| / (|a|·|b|) over some of the pairs.
        func worstError(_ result: Tensor, times: Double = 1, before: Double = 0) -> Double {
            let (columns, inner) = (right.rowCount, right.columnCount)
            let (x, y) = (left.values.map(Double.init), right.values.map(Double.init))
            var worst = 0.0
            for row in Set(stride(from: 0, to: left.rowCount, by: 13)).union([left.rowCount - 1]) {
                for column in Set(stride(from: 0, to: columns, by: 11)).union([columns - 1]) {
                    var (sum, own, other) = (before, 0.0, 0.0)
                    for k in 0..<inner {
                        let (a, b) = (x[row * inner + k], y[column * inner + k])
                        sum += times * a * b
                        own += a * a
                        other += b * b
                    }
                    let error = abs(Double(result.pointer[row * columns + column]) - sum)
                    worst = max(worst, error / ((own * other).squareRoot() + abs(before)))
                }
            }
            return worst
        }
    }

    @Test(
        "are as precise beside the lines' lengths as single precision, at all edges",
        arguments: [
            (1, 1, 1), (31, 16, 64), (33, 17, 65), (64, 48, 1024), (70, 50, 1030), (300, 33, 3000),
        ], [0.0, 4, 16])
    func precision(_ shape: (Int, Int, Int), spread: Double) throws {
        let problem = try Problem(
            rows: shape.0, columns: shape.1, inner: shape.2, spread: spread)
        #expect(problem.worstError(try problem.products()) < 5e-7)
        let more = try problem.products(times: 3, before: 2)
        #expect(problem.worstError(more, times: 3, before: 2) < 1.5e-6)
    }

    @Test("are as precise for many lines at a time as for few", arguments: [32, 320])
    func blocks(_ block: Int) throws {
        let problem = try Problem(rows: 300, columns: 40, inner: 2000, spread: 8)
        #expect(problem.worstError(try problem.products(block: block)) < 5e-7)
    }

    @Test("keep their precision when lines are of very different sizes")
    func sizes() throws {
        let problem = try Problem(rows: 40, columns: 40, inner: 100, spread: 3)
        let plain = try problem.products().values
        let (large, small) = (Float(sign: .plus, exponent: 90, significand: 1), Float(0x1p-90))
        for k in 0..<100 {
            problem.left.pointer[7 * 100 + k] *= large
            problem.right.pointer[9 * 100 + k] *= small
            problem.left.pointer[8 * 100 + k] = 0
        }
        let scaled = try problem.products().values
        for (row, column) in [(0, 0), (7, 9), (7, 3), (39, 9)] {
            let factor = (row == 7 ? large : 1) * (column == 9 ? small : 1)
            let (found, expected) = (scaled[row * 40 + column], plain[row * 40 + column] * factor)
            #expect(abs(found - expected) <= 1e-5 * abs(expected))
        }
        #expect((0..<40).allSatisfy { scaled[8 * 40 + $0] == 0 })
    }

    @Test(
        "are not finite for a line with such a number, and for no other",
        arguments: [Float.nan, .infinity, -.infinity])
    func misfits(_ value: Float) throws {
        let problem = try Problem(rows: 40, columns: 50, inner: 70, spread: 1)
        problem.left.pointer[38 * 70 + 69] = value
        problem.right.pointer[0] = value
        let result = try problem.products().values
        for row in 0..<40 {
            for column in 0..<50 {
                #expect(result[row * 50 + column].isFinite == (row != 38 && column != 0))
            }
        }
    }
}
