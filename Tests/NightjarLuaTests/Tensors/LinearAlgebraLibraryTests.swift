import LuaHost
import Testing

@testable import NightjarLua

@Suite("nj.linalg and choosing elements")
struct LinearAlgebraLibraryTests {
    @Test("leaves nothing undocumented")
    func documented() {
        for own in [LinearAlgebraLibrary.library, NetworkLibrary.library] {
            var library = Library(modules: [SessionLibrary.module])
            library.add(own)
            #expect(library.problems() == [])
        }
    }

    static let values = [
        ScriptCase(
            "return nj.linalg.solve({ { 2, 0 }, { 0, 4 } }, { 1, 1 })", "Tensor 2 f32\n  0.50  0.25"
        ),
        ScriptCase("return nj.linalg.inv({ { 2, 0 }, { 0, 4 } })[1]", "Tensor 2 f32\n  0.5  0.0"),
        ScriptCase("return nj.linalg.det{ { 2, 0 }, { 0, 4 } }", "8.0"),
        ScriptCase(
            "local u, s, v = nj.linalg.svd{ { 3, 0 }, { 0, 4 }, { 0, 0 } } return s, u.shape[1], #v",
            "Tensor 2 f32\n  4  3", "3", "2"),
        ScriptCase(
            "local values, vectors = nj.linalg.eigh{ { 2, 0 }, { 0, 1 } } return values, vectors[1][1]",
            "Tensor 2 f32\n  1  2", "0.0"),
        ScriptCase(
            "return nj.linalg.cholesky{ { 4, 2 }, { 2, 2 } }", "Tensor 2x2 f32\n  2  0\n  1  1"),
        ScriptCase(
            "local q, r = nj.linalg.qr{ { 3, 1 }, { 4, 2 } } return math.abs(q:matmul(r)[2][1] - 4) < 1e-5",
            "true"),
        ScriptCase("return nj.linalg.lstsq({ { 1 }, { 1 } }, { 1, 3 })", "Tensor 1 f32\n  2", "1"),
        ScriptCase(
            "return nj.linalg.norm{ { 3, 4 } }, nj.linalg.norm({ { 1, -2 }, { 3, 4 } }, { ord = 'one' })",
            "5.0", "6.0"),
        ScriptCase(
            "return nj.linalg.norm({ { 1, -2 }, { 3, 4 } }, { ord = 'infinity' }), nj.linalg.norm({ { 3, 0 }, { 0, 4 } }, { ord = 'nuclear' })",
            "7.0", "7.0"),
        ScriptCase(
            "local p = nj.linalg.pca({ { 1, 1 }, { 2, 2 }, { 3, 3 } }, { k = 1 }) return p.share, #p.scores",
            "Tensor 1 f32\n  1", "3"),
        ScriptCase("return nj.tensor{ 4, 5, 6 }:gather{ 3, 1 }", "Tensor 2 f32\n  6  4"),
        ScriptCase("return nj.tensor.zeros(3):scatter_add({ 2, 2 }, 1)", "Tensor 3 f32\n  0  2  0"),
        ScriptCase(
            "local x = nj.tensor{ 1, -2, 3 } return x:masked(x:gt(0)), nj.tensor.where(x:gt(0), { yes = x, no = 0 })",
            "Tensor 2 f32\n  1  3", "Tensor 3 f32\n  1  0  3"),
        ScriptCase("return table.concat(nj.tensor{ 0, 2, 0, 3 }:nonzero(), ' ')", "2 4"),
        ScriptCase("return table.concat(nj.tensor{ { 0, 2 }, { 3, 0 } }:nonzero()[2], ' ')", "2 1"),
        ScriptCase(
            "return nj.tensor.concat({ nj.tensor{ { 1 } }, nj.tensor{ { 2 } } }, { axis = 2 })",
            "Tensor 1x2 f32\n  1  2"),
        ScriptCase(
            "return nj.tensor.stack({ nj.tensor{ 1, 2 }, nj.tensor{ 3, 4 } }, { axis = -1 })",
            "Tensor 2x2 f32\n  1  3\n  2  4"),
        ScriptCase("return nj.tensor{ { 1, 2, 3 } }:slice(2)", "Tensor 1x2 f32\n  2  3"),
        ScriptCase(
            "return nj.tensor{ 1, 2, 3 } ^ 2, nj.tensor{ 1, 2, 3 }:cumsum()",
            "Tensor 3 f32\n  1  4  9", "Tensor 3 f32\n  1  3  6"),
        ScriptCase("return nj.tensor{ 1, 2 }:outer{ 3, 4 }", "Tensor 2x2 f32\n  3  4\n  6  8"),
        ScriptCase(
            "return nj.tensor{ -3, 2 }:clamp(-1, 1)[1], nj.tensor{ -3, 2 }:maximum(0):minimum(1)",
            "-1.0", "Tensor 2 f32\n  0  1"),
        ScriptCase(
            "return nj.tensor{ 1, 3 }:std() == 2 ^ 0.5, nj.tensor{ { 1 }, { 3 } }:var{ axis = 1 }",
            "true", "Tensor 1 f32\n  2"),
    ]

    @Test("gives what its formula says", arguments: values)
    func value(_ script: ScriptCase) throws {
        #expect(try TensorScript.values(script.text) == script.expected)
    }

    static let refused = [
        ScriptCase("nj.linalg.inv{ { 1, 2 }, { 2, 4 } }", "the matrix is singular"),
        ScriptCase("nj.linalg.inv{ { 1, 2, 3 } }", "inv: expected a square matrix, got shape 1x3"),
        ScriptCase("nj.linalg.svd{ { 0 / 0 } }", "svd: an element is infinite or not a number"),
        ScriptCase("nj.linalg.eigh{ { 1, 2 }, { 3, 4 } }", "the matrix is not symmetric"),
        ScriptCase("nj.linalg.cholesky{ { -1 } }", "the matrix is not positive definite"),
        ScriptCase("nj.linalg.solve({ { 1 } }, { 1, 2 })", "solve: shapes 1x1 and 2 do not fit"),
        ScriptCase("nj.linalg.svd(3)", "svd: expected a matrix"),
        ScriptCase("nj.linalg.norm({ 1 }, { ord = 'one' })", "norm: expected a matrix"),
        ScriptCase("nj.tensor{ 1 }:gather{ 0 }", "gather: index 0 is outside 1 to 1"),
        ScriptCase("nj.tensor{ 1 }:gather{ math.mininteger }", "is outside 1 to 1"),
        ScriptCase("nj.tensor{ 1 }:slice(2, 3)", "slice: 2 to 3 is no part of 1 to 1"),
        ScriptCase("nj.tensor{ 1 }:slice(math.mininteger, math.maxinteger)", "slice:"),
        ScriptCase("nj.tensor.stack({ nj.tensor{ 1 } }, { axis = 9 })", "axis must be 1 to 2"),
        ScriptCase("nj.tensor.concat{}", "there are no tensors"),
    ]

    @Test("says what cannot be done", arguments: refused)
    func refusal(_ script: ScriptCase) throws {
        let message = try #require(try TensorScript.failure(script.text))
        #expect(message.contains(script.expected[0]), "\(message)")
    }
}
