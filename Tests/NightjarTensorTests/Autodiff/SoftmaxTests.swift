import Testing

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

@Suite("Softmax over the last dimension")
struct SoftmaxTests {
    static let shapes = [[1], [3], [17], [33], [3, 1], [5, 17], [2, 3, 33], [0, 4]]

    static func softmax(_ row: [Double]) -> [Double] {
        let sum = row.reduce(0) { $0 + exp($1) }
        return row.map { exp($0) / sum }
    }

    static func rows(_ values: [Double], _ width: Int) -> [[Double]] {
        stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    @Test("equals the formulas, with gradients", arguments: shapes)
    func values(_ shape: [Int]) throws {
        let width = shape[shape.count - 1]
        try GradientCheck(
            shapes: [shape],
            reference: { Self.rows($0[0], width).flatMap(Self.softmax) }
        ) { try $0.softmax($1[0]) }.run()
        try GradientCheck(
            shapes: [shape],
            reference: { Self.rows($0[0], width).flatMap { Self.softmax($0).map { log($0) } } }
        ) { try $0.logSoftmax($1[0]) }.run()
        try GradientCheck(
            shapes: [shape],
            reference: { Self.rows($0[0], width).map { log($0.reduce(0) { $0 + exp($1) }) } }
        ) { try $0.logSumExp($1[0]) }.run()
    }

    @Test("does not overflow")
    func large() throws {
        let x = try Tensor([1000, 999, -1000], shape: [1, 3])
        let expected = Self.softmax([0, -1, -2000])
        #expect(difference(try x.softmax().doubles, expected) < 1e-6)
        #expect(difference(try x.logSumExp().doubles, [1000 + log(1 + exp(-1.0))]) < 1e-6)
        #expect(difference(try x.logSoftmax().doubles, [-0.31326, -1.31326, -2000.31326]) < 1e-6)
    }

    @Test("treats infinities as limits where there is one")
    func infinities() throws {
        let infinity = Float.infinity
        #expect(try Tensor([-infinity, 0]).softmax().values == [0, 1])
        #expect(try Tensor([-infinity, -infinity]).logSumExp().values == [-infinity])
        #expect(try Tensor([infinity, 0]).logSumExp().values == [infinity])
        #expect(try Tensor([-infinity, -infinity]).softmax().values.allSatisfy(\.isNaN))
        #expect(try Tensor([Float.nan, 0]).softmax().values.allSatisfy(\.isNaN))
        #expect(try Tensor(shape: [2, 0]).logSumExp().values == [-infinity, -infinity])
    }

    @Test("refuses a scalar")
    func scalar() throws {
        let x = try Tensor(scalar: 1)
        #expect(throws: TensorError.self) { try x.softmax() }
        #expect(throws: TensorError.self) { try x.logSoftmax() }
        #expect(throws: TensorError.self) { try x.logSumExp() }
    }
}
