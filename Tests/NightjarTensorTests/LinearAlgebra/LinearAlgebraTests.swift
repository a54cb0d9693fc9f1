import NightjarRuntime
import Testing

@testable import NightjarTensor

@Suite("Linear algebra")
struct LinearAlgebraTests {
    static let shapes = [[1, 1], [3, 3], [5, 2], [2, 5], [40, 17]]

    private func random(_ shape: [Int]) throws -> Tensor {
        try tensor(sample(shape, "matrix \(shape)"), shape)
    }

    private func expectEqual(
        _ found: Tensor, _ expected: Tensor, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(found.shape == expected.shape, sourceLocation: sourceLocation)
        #expect(
            difference(found.doubles, expected.doubles) < 2e-6, sourceLocation: sourceLocation)
    }

    private func expectOrthonormal(columnsOf tensor: Tensor) throws {
        let k = tensor.shape[1]
        expectEqual(try tensor.matmul(tensor, transposingLeft: true), try .identity(k))
    }

    @Test("svd gives back the matrix from orthonormal vectors", arguments: shapes)
    func singularValues(_ shape: [Int]) throws {
        let matrix = try random(shape)
        let found = try matrix.singularValues()
        expectEqual(try (found.left * found.values).matmul(found.right), matrix)
        try expectOrthonormal(columnsOf: found.left)
        try expectOrthonormal(columnsOf: found.right.transposed())
        let values = found.values.values
        #expect(values == values.sorted(by: >) && values.allSatisfy { $0 >= 0 })
    }

    @Test("qr gives back the matrix from orthonormal columns and a triangle", arguments: shapes)
    func qr(_ shape: [Int]) throws {
        let matrix = try random(shape)
        let (q, r) = try matrix.qr()
        expectEqual(try q.matmul(r), matrix)
        try expectOrthonormal(columnsOf: q)
        for row in 0..<r.shape[0] {
            for column in 0..<min(row, r.shape[1]) {
                #expect(try r.element(at: [row + 1, column + 1]) == 0)
            }
        }
    }

    @Test("eigh and cholesky give back a symmetric matrix", arguments: [1, 2, 6, 23])
    func symmetric(_ size: Int) throws {
        let factor = try random([size + 3, size])
        let matrix = try factor.matmul(factor, transposingLeft: true)
        let (values, vectors) = try matrix.symmetricEigen()
        expectEqual(try (vectors * values).matmul(vectors, transposingRight: true), matrix)
        try expectOrthonormal(columnsOf: vectors)
        #expect(values.values == values.values.sorted())
        let lower = try matrix.cholesky()
        expectEqual(try lower.matmul(lower, transposingRight: true), matrix)
        if size > 1 { #expect(try lower.element(at: [1, 2]) == 0) }
    }

    @Test("solve, inv and det agree with each other", arguments: [1, 2, 5, 31])
    func systems(_ size: Int) throws {
        let matrix = try random([size, size]) + .identity(size) * 4
        let sides = try random([size, 3])
        expectEqual(try matrix.matmul(matrix.solve(sides)), sides)
        let vector = try sides.transposed().row(1)
        #expect(try matrix.solve(vector).shape == [size])
        expectEqual(try matrix.matmul(matrix.inverse()), try .identity(size))
        let product = try matrix.determinant() * matrix.inverse().determinant()
        #expect(abs(product - 1) < 1e-4)
    }

    @Test("triangular solves read one triangle, transposed or not", arguments: [1, 2, 7])
    func triangles(_ size: Int) throws {
        let matrix = try random([size, size]) + .identity(size) * 4
        let sides = try random([size, 3])
        for isUpper in [false, true] {
            var values = matrix.values
            for row in 0..<size {
                for column in 0..<size where isUpper ? column < row : column > row {
                    values[row * size + column] = 0
                }
            }
            let triangle = try Tensor(values, shape: [size, size])
            for transposes in [false, true] {
                let found = try matrix.solveTriangular(
                    sides, isUpper: isUpper, transposes: transposes)
                expectEqual(try triangle.matmul(found, transposingLeft: transposes), sides)
            }
        }
        #expect(try matrix.solveTriangular(sides.transposed().row(0)).shape == [size])
    }

    @Test("determinants have their closed form, sign included")
    func determinants() throws {
        func det(_ values: [Float], _ size: Int) throws -> Double {
            try Tensor(values, shape: [size, size]).determinant()
        }
        #expect(abs(try det([1, 2, 3, 4], 2) + 2) < 1e-12)
        #expect(abs(try det([0, 1, 0, 0, 0, 1, 1, 0, 0], 3) - 1) < 1e-12)
        #expect(abs(try det([0, 1, 1, 0], 2) + 1) < 1e-12)
        #expect(try det([1, 2, 2, 4], 2) == 0)
    }

    @Test("least squares solve the normal equations, and give the shortest of many")
    func leastSquares() throws {
        let (matrix, sides) = (try random([12, 4]), try random([12, 2]))
        let found = try matrix.leastSquares(sides)
        #expect(found.rank == 4)
        let rest = try matrix.matmul(found.solution) - sides
        #expect(try matrix.matmul(rest, transposingLeft: true).abs().maximum() < 1e-4)
        let twice = try Tensor([1, 1, 2, 2], shape: [2, 2]).leastSquares(Tensor([2, 4]))
        #expect(twice.rank == 1)
        expectEqual(twice.solution, try Tensor([1, 1]))
    }

    @Test("principal components have the variances of the scores, uncorrelated")
    func components() throws {
        let rows = try random([30, 4]) * Tensor([5, 1, 3, 0.5]) + 7
        let found = try rows.principalComponents()
        #expect(abs(found.shares.sum() - 1) < 1e-6)
        let covariance = try found.scores.matmul(found.scores, transposingLeft: true) / 29
        expectEqual(covariance, try .identity(4) * found.variances)
        expectEqual(try found.scores.matmul(found.components) + found.mean, rows)
        let two = try rows.principalComponents(2)
        #expect(two.scores.shape == [30, 2] && two.components.shape == [2, 4])
        for row in 1...4 {
            let line = try found.components.row(at: row)
            #expect(try line.maximum() >= -line.minimum())
        }
    }

    @Test("what cannot be computed is refused")
    func refusals() throws {
        let wide = try random([2, 3])
        let singular = try Tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], shape: [3, 3])
        let square = try random([3, 3])
        let broken = try Tensor([1, .nan, 2, 3], shape: [2, 2])
        let empty = try Tensor(shape: [0, 3])
        let vector = try Tensor([1, 2])
        for matrix in [wide, broken, empty, vector] {
            #expect(throws: TensorError.self) { try matrix.inverse() }
            #expect(throws: TensorError.self) { try matrix.determinant() }
            #expect(throws: TensorError.self) { try matrix.symmetricEigen() }
            #expect(throws: TensorError.self) { try matrix.cholesky() }
            #expect(throws: TensorError.self) { try matrix.solve(vector) }
            #expect(throws: TensorError.self) { try matrix.solveTriangular(vector) }
        }
        for matrix in [broken, empty, vector] {
            #expect(throws: TensorError.self) { try matrix.singularValues() }
            #expect(throws: TensorError.self) { try matrix.qr() }
            #expect(throws: TensorError.self) { try matrix.leastSquares(vector) }
            #expect(throws: TensorError.self) { try matrix.principalComponents() }
        }
        #expect(throws: TensorError.self) { try singular.inverse() }
        #expect(throws: TensorError.self) {
            try Tensor([1, 0, 3, 0], shape: [2, 2]).solveTriangular(vector)
        }
        #expect(throws: TensorError.self) { try singular.solve(Tensor([1, 2, 3])) }
        #expect(throws: TensorError.self) { try square.solve(vector) }
        #expect(throws: TensorError.self) { try square.symmetricEigen() }
        #expect(throws: TensorError.self) { try (.identity(3) * -1).cholesky() }
        #expect(throws: TensorError.self) { try wide.rows(0..<1).principalComponents() }
        #expect(throws: TensorError.self) { try square.principalComponents(4) }
        #expect(throws: TensorError.self) { try square.principalComponents(0) }
    }
}
