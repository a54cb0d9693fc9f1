// nj.linalg.

import LuaHost
import NightjarRuntime
import NightjarTensor

/// Declares `nj.linalg`.
enum LinearAlgebraLibrary {
    static let library = Library(
        modules: [
            Module(
                "nj.linalg",
                summary: "Linear algebra of matrices, in double precision inside (LAPACK).")
        ],
        functions: decompositions + systems + [norm, components])

    private static let matrix = LuaHost.Parameter.operand("a", "the matrix")
    private static let square = LuaHost.Parameter.operand("a", "a square matrix")

    /// What `work` makes of a matrix.
    ///
    /// LAPACK does not look whether the user asked to stop, so a large matrix gets its own thread.
    private static func compute<Value: Sendable>(
        _ matrix: Tensor, _ work: @escaping @Sendable (Tensor) throws -> Value
    ) throws -> Value {
        guard matrix.count >= 1 << 16 else { return try work(matrix) }
        return try UnstoppableWork.run { try work(matrix) }
    }

    private static let decompositions: [Function] = [
        Function(
            "svd", on: "nj.linalg",
            summary: "Decomposes a matrix into singular values and vectors.",
            details: "a = u diag(s) v^T with as many values as the smaller side.",
            positional: [matrix],
            returns: .several(
                (.object(Tensor.self), "u: left vectors as columns"),
                (.object(Tensor.self), "s: singular values, descending"),
                (.object(Tensor.self), "v: right vectors as columns")),
            example: "u, s, v = nj.linalg.svd(w)"
        ) { call in
            let found = try compute(call.operand("a")) { try $0.singularValues() }
            return LuaResults(found.left, found.values, try found.right.transposed())
        },
        Function(
            "eigh", on: "nj.linalg", summary: "Finds the eigenvalues of a symmetric matrix.",
            positional: [.operand("a", "a symmetric matrix")],
            returns: .several(
                (.object(Tensor.self), "eigenvalues, ascending"),
                (.object(Tensor.self), "eigenvectors as columns")),
            example: "values, vectors = nj.linalg.eigh(x:transpose():matmul(x))"
        ) { call in
            let found = try compute(call.operand("a")) { try $0.symmetricEigen() }
            return LuaResults(found.values, found.vectors)
        },
        Function(
            "cholesky", on: "nj.linalg",
            summary: "Gives l of a = l l^T for a symmetric positive definite matrix.",
            details: "Only the lower triangle of the matrix is read.",
            positional: [square], returns: .object(Tensor.self, "l, lower triangular"),
            example: "l = nj.linalg.cholesky(covariance)"
        ) { call in try compute(call.operand("a")) { try $0.cholesky() } },
        Function(
            "qr", on: "nj.linalg",
            summary: "Decomposes a matrix into orthonormal columns and a triangle.",
            positional: [matrix],
            returns: .several(
                (.object(Tensor.self), "q: orthonormal columns"),
                (.object(Tensor.self), "r: upper triangular")),
            example: "q, r = nj.linalg.qr(x)"
        ) { call in
            let found = try compute(call.operand("a")) { try $0.qr() }
            return LuaResults(found.q, found.r)
        },
    ]

    private static let systems: [Function] = [
        Function(
            "solve", on: "nj.linalg", summary: "Gives x of a x = b.",
            positional: [square, .operand("b", "a vector, or a right-hand side in each column")],
            returns: .object(Tensor.self, "x, of the shape of b"),
            example: "x = nj.linalg.solve({ { 2, 0 }, { 0, 4 } }, { 1, 1 })"
        ) { call in
            let right = try call.operand("b")
            return try compute(call.operand("a")) { try $0.solve(right) }
        },
        Function(
            "solve_triangular", on: "nj.linalg", summary: "Gives x of a x = b for a triangle a.",
            details: "With l of cholesky, x:transpose() of solve_triangular(l, y:transpose()) has"
                + " the rows of y in coordinates in which they are uncorrelated.",
            positional: [
                .operand("a", "a square matrix, of which one triangle is read"),
                .operand("b", "a vector, or a right-hand side in each column"),
            ],
            options: [
                .boolean("upper", default: false, "read the upper triangle and not the lower one"),
                .boolean("transpose", default: false, "solve a^T x = b"),
            ],
            returns: .object(Tensor.self, "x, of the shape of b"),
            example: "x = nj.linalg.solve_triangular(nj.linalg.cholesky(covariance), y)"
        ) { call in
            let (right, isUpper) = (try call.operand("b"), try call.boolean("upper"))
            let transposes = try call.boolean("transpose")
            return try compute(call.operand("a")) {
                try $0.solveTriangular(right, isUpper: isUpper, transposes: transposes)
            }
        },
        Function(
            "lstsq", on: "nj.linalg", summary: "Gives the shortest x that makes |a x - b| least.",
            positional: [matrix, .operand("b", "a vector, or a right-hand side in each column")],
            returns: .several(
                (.object(Tensor.self), "x"), (.integer, "the rank of the matrix")),
            example: "x, rank = nj.linalg.lstsq(features, ratings)"
        ) { call in
            let right = try call.operand("b")
            let found = try compute(call.operand("a")) { try $0.leastSquares(right) }
            return LuaResults(found.solution, found.rank)
        },
        Function(
            "inv", on: "nj.linalg", summary: "Inverts a square matrix.",
            details: "To solve equations, solve is faster and more exact.",
            positional: [square], returns: .object(Tensor.self, "the inverse"),
            example: "nj.linalg.inv({ { 2, 0 }, { 0, 4 } })"
        ) { call in try compute(call.operand("a")) { try $0.inverse() } },
        Function(
            "det", on: "nj.linalg", summary: "Gives the determinant of a square matrix.",
            positional: [square], returns: .number("the determinant; 0 for a singular matrix"),
            example: "nj.linalg.det({ { 2, 0 }, { 0, 4 } })  -- 8.0"
        ) { call in try compute(call.operand("a")) { try $0.determinant() } },
    ]

    private static let norm = Function(
        "norm", on: "nj.linalg", summary: "Gives a norm of a matrix.",
        positional: [matrix],
        options: [
            .choice(
                "ord", ["frobenius", "nuclear", "spectral", "one", "infinity"],
                default: "frobenius",
                "root of the sum of squares; sum or largest of the singular values; largest sum of "
                    + "sizes in a column or in a row")
        ],
        returns: .number("the norm"), example: "nj.linalg.norm(w, { ord = \"spectral\" })"
    ) { call in
        let tensor = try call.operand("a")
        switch try call.string("ord") {
        case "nuclear": return try compute(tensor) { try $0.singularValues().values.sum() }
        case "spectral":
            return Double(try compute(tensor) { try $0.singularValues().values.maximum() })
        case "one": return Double(try tensor.matrix().abs().sum(axis: 0).maximum())
        case "infinity": return Double(try tensor.matrix().abs().sum(axis: 1).maximum())
        default: return tensor.norm()
        }
    }

    private static let components = Function(
        "pca", on: "nj.linalg",
        summary: "Finds the directions in which the rows of a matrix differ most.",
        positional: [.operand("rows", "one row for each thing, at least two")],
        options: [
            .integer("k", optional: true, in: 1..., "how many directions; all if left out")
        ],
        returns: .table(
            [
                .init("components", .object(Tensor.self), "k x d: directions of length 1"),
                .init("scores", .object(Tensor.self), "n x k: the rows in these directions"),
                .init("mean", .object(Tensor.self), "d: the mean row"),
                .init("variance", .object(Tensor.self), "k: variance in each direction"),
                .init("share", .object(Tensor.self), "k: its share of the whole"),
            ], "by descending variance"),
        example: "p = nj.linalg.pca(net:tensor(\"embedding.weight\"), { k = 2 })"
    ) { call in
        let count = try call.integer(ifGiven: "k")
        let found = try compute(call.operand("rows")) { try $0.principalComponents(count) }
        return LuaRecord([
            "components": found.components, "scores": found.scores, "mean": found.mean,
            "variance": found.variances, "share": found.shares,
        ])
    }
}

extension Tensor {
    /// The tensor itself if it has two dimensions.
    fileprivate func matrix() throws -> Tensor {
        guard shape.count == 2 else {
            throw TensorError.rank(operation: "norm", expected: "a matrix", found: shape)
        }
        return self
    }
}
