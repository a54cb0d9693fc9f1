import Testing

@testable import NightjarTensor

@Suite("Operands written panel by panel")
struct OperandBufferTests {
    private func fill(_ buffer: OperandBuffer, with lines: Matrix) -> Bool {
        var fits = true
        for first in stride(from: 0, to: lines.readRows, by: OperandBuffer.panel) {
            let some = first..<min(first + OperandBuffer.panel, lines.readRows)
            fits = buffer.put(lines.rows(some), at: first) && fits
        }
        return fits
    }

    @Test("multiply as precisely as whole matrices", arguments: ProductTests.shapes, [0, 1, 2, 3])
    func products(_ shape: (Int, Int, Int), _ turned: Int) throws {
        let problem = try ProductTests.Problem(
            shape, transposingLeft: turned & 1 == 1, transposingRight: turned & 2 == 2)
        let (rows, columns, inner) = shape
        // Room for more lines than there are.
        let left = try OperandBuffer(lines: rows + 40, inner: inner, as: .left)
        let right = try OperandBuffer(lines: columns, inner: inner, as: .right)
        #expect(fill(left, with: problem.a) && fill(right, with: problem.b.transposed))
        let result = try Tensor(repeating: .nan, shape: [rows, columns])
        OperandBuffer.multiply(left, right, into: Matrix(result), adds: false)
        #expect(problem.worstError(result.values) < problem.limit)
        result.fill(3)
        OperandBuffer.multiply(left, right, into: Matrix(result), adds: true)
        #expect(problem.worstError(result.values, before: 3) < problem.limit)
    }

    @Test("multiply tall operands with long sums", arguments: [(256, 70, 512), (300, 33, 1100)])
    func tall(_ shape: (Int, Int, Int)) throws { try products(shape, 0) }

    @Test("tell of numbers that are not finite", arguments: [Float.nan, .infinity, -.infinity])
    func misfits(_ value: Float) throws {
        let lines = try Tensor(repeating: 1, shape: [40, 50])
        let buffer = try OperandBuffer(lines: 40, inner: 50, as: .right)
        #expect(fill(buffer, with: Matrix(lines)))
        lines.pointer[39 * 50 + 49] = value
        #expect(!fill(buffer, with: Matrix(lines)))
    }
}
