import LuaHost
import NightjarTensor
import Testing

@testable import NightjarLua

@Suite("Tensors in scripts")
struct TensorLibraryTests {
    @Test("are declared without a gap")
    func declarations() {
        var library = Library(modules: [SessionLibrary.module])
        library.add(TensorLibrary.library)
        #expect(library.problems() == [])
        let silent = TensorLibrary.library.functions.filter {
            $0.example.isEmpty && $0.name != "free"
        }
        #expect(silent.map(\.qualifiedName) == [])
    }

    static let values = [
        // Making
        ScriptCase("return nj.tensor{ { 1, 2 }, { 3, 4 } } * 2", "Tensor 2x2 f32\n  2  4\n  6  8"),
        ScriptCase("return nj.tensor(3).rank, nj.tensor(3):at{}", "0", "3.0"),
        ScriptCase("return nj.tensor{}.count, #nj.tensor{ {}, {} }", "0", "2"),
        ScriptCase("local a = nj.tensor{ 1 } local b = nj.tensor(a) b[1] = 5 return a[1]", "1.0"),
        ScriptCase("return nj.tensor.zeros{ 2, 3 }:sum(), nj.tensor.ones(4):sum()", "0.0", "4.0"),
        ScriptCase("return nj.tensor.full({ 2 }, 0.5)", "Tensor 2 f32\n  0.5  0.5"),
        ScriptCase("return nj.tensor.full(2, 0 / 0):isfinite()", "false"),
        ScriptCase("return nj.tensor.arange(3)", "Tensor 3 f32\n  0  1  2"),
        ScriptCase("return nj.tensor.arange(1, 11):sum()", "55.0"),
        ScriptCase("return nj.tensor.arange(1, 0, { step = -0.5 })", "Tensor 2 f32\n  1.0  0.5"),
        ScriptCase("return nj.tensor.eye(2, 3)", "Tensor 2x3 f32\n  1  0  0\n  0  1  0"),
        // Reading and writing
        ScriptCase(
            "local t = nj.tensor{ { 1, 2, 3 } } return t.shape[2], t.count, t.rank", "3", "3", "2"),
        ScriptCase(
            "local t = nj.tensor{ { 1, 2 }, { 3, 4 } } return t[2][1], t:at{ 1, 2 }", "3.0", "2.0"),
        ScriptCase(
            "local t = nj.tensor.zeros{ 2, 2 } t[1] = 7 return t", "Tensor 2x2 f32\n  7  7\n  0  0"),
        ScriptCase(
            "local t = nj.tensor.zeros{ 2, 2 } t[2] = { 1, 2 } t:set({ 1, 1 }, 9) return t",
            "Tensor 2x2 f32\n  9  0\n  1  2"),
        ScriptCase("local t = nj.tensor{ 1, 2 } t[1] = t[2] return t[1]", "2.0"),
        ScriptCase("local t = nj.tensor.zeros{ 3, 2 } t:rows(2, 3)[1] = 5 return t[2][2]", "5.0"),
        ScriptCase("return nj.tensor.arange(5):rows(4)", "Tensor 2 f32\n  3  4"),
        ScriptCase(
            "local s = '' for i, x in pairs(nj.tensor{ 4, 5 }) do s = s .. i .. '=' .. x .. ' ' end return s",
            "1=4.0 2=5.0 "),
        ScriptCase(
            "local s = '' for i, x in ipairs(nj.tensor{ 4, 5 }) do s = s .. i .. '=' .. x .. ' ' end return s",
            "1=4.0 2=5.0 "),
        ScriptCase(
            "local n = 0 for _ in ipairs(nj.tensor.zeros{ 0, 2 }) do n = n + 1 end return n", "0"),
        ScriptCase(
            "local t = nj.tensor{ -1.5, 0, 0.5, 2.5 } return t:floor(), t:ceil(), t:round(), t:sign()",
            "Tensor 4 f32\n  -2   0   0   2", "Tensor 4 f32\n  -1   0   1   3",
            "Tensor 4 f32\n  -2   0   0   2", "Tensor 4 f32\n  -1   0   1   1"),
        ScriptCase("return nj.tensor.eye(2):flatten()", "Tensor 4 f32\n  1  0  0  1"),
        ScriptCase(
            "for i, r in pairs(nj.tensor.eye(2)) do if i == 2 then return r end end",
            "Tensor 2 f32\n  0  1"),
        ScriptCase("return nj.tensor{ { 1, 2 }, { 3, 4 } }:totable()[2][1]", "3.0"),
        ScriptCase("return #nj.tensor.zeros{ 2, 0 }:totable(), nj.tensor(2):totable()", "2", "2.0"),
        // Identity
        ScriptCase(
            "local t = nj.tensor.eye(2) return t == t, t[1] == t[1], t[1] == t[2]", "true", "true",
            "false"),
        ScriptCase(
            "local t = nj.tensor.eye(2) return t == t:copy(), t == t:reshape(4)", "false", "false"),
        ScriptCase("return nj.tensor{ 1 } == 1, nj.tensor{ 1 } ~= {}", "false", "true"),
        // Layout
        ScriptCase(
            "return nj.tensor.arange(6):reshape{ 2, -1 }:transpose()",
            "Tensor 3x2 f32\n  0  3\n  1  4\n  2  5"),
        ScriptCase("local t = nj.tensor.arange(2) t:reshape{ 2, 1 }[1] = 9 return t[1]", "9.0"),
        ScriptCase("return nj.tensor.zeros{ 2, 3, 4 }:transpose(1, -1).shape[1]", "4"),
        // Arithmetic
        ScriptCase(
            "return 1 + nj.tensor{ 1, 2 }, 1 - nj.tensor{ 1, 2 }", "Tensor 2 f32\n  2  3",
            "Tensor 2 f32\n   0  -1"),
        ScriptCase("return -nj.tensor{ 2 } / { 4 }", "Tensor 1 f32\n  -0.5"),
        ScriptCase(
            "return nj.tensor{ { 1 }, { 2 } } * nj.tensor{ 10, 20 }",
            "Tensor 2x2 f32\n  10  20\n  20  40"),
        ScriptCase("return { 1, 2 } + nj.tensor{ 1, 1 }", "Tensor 2 f32\n  2  3"),
        ScriptCase(
            "return nj.tensor{ { 1, 2 }, { 3, 4 } }:matmul{ { 1 }, { 1 } }",
            "Tensor 2x1 f32\n  3\n  7"),
        ScriptCase("return nj.tensor{ 1, 2 }:dot{ 3, 4 }", "11.0"),
        // Functions
        ScriptCase(
            "return nj.tensor{ 0 }:exp()[1], nj.tensor{ 1 }:log()[1], nj.tensor{ 9 }:sqrt()[1]",
            "1.0", "0.0", "3.0"),
        ScriptCase("return nj.tensor{ -2 }:abs()[1], nj.tensor{ -2 }:relu()[1]", "2.0", "0.0"),
        ScriptCase("return nj.tensor{ 0 }:tanh()[1], nj.tensor{ 0 }:sigmoid()[1]", "0.0", "0.5"),
        ScriptCase(
            "return nj.tensor{ { 1, 1 }, { 0, 0 } }:softmax()",
            "Tensor 2x2 f32\n  0.5  0.5\n  0.5  0.5"),
        // Reductions
        ScriptCase(
            "local t = nj.tensor{ { 3, 0 }, { 4, 2 } } return t:sum(), t:mean(), t:min(), t:max()",
            "9.0", "2.25", "0.0", "4.0"),
        ScriptCase(
            "return nj.tensor{ { 3, 0 }, { 4, 2 } }:norm{ axis = 1 }", "Tensor 2 f32\n  5  2"),
        ScriptCase("return nj.tensor{ 3, 4 }:norm()", "5.0"),
        ScriptCase(
            "return nj.tensor{ { 3, 0 }, { 4, 2 } }:sum{ axis = -1 }", "Tensor 2 f32\n  3  6"),
        ScriptCase(
            "return nj.tensor{ { 3, 0 }, { 4, 2 } }:mean{ axis = 2, keep = true }",
            "Tensor 2x1 f32\n  1.5\n  3.0"),
        ScriptCase(
            "return nj.tensor{ { 3, 0 }, { 4, 2 } }:max{ axis = 1 }", "Tensor 2 f32\n  4  2"),
        ScriptCase(
            "return nj.tensor{ { 3, 0 }, { 4, 2 } }:min{ axis = 1 }", "Tensor 2 f32\n  3  0"),
        ScriptCase("return nj.tensor{ { 3, 0 }, { 4, 2 } }:argmax()", "2", "1"),
        ScriptCase("return nj.tensor{ 3, 0, 4 }:argmin()", "2"),
        ScriptCase(
            "return table.unpack(nj.tensor{ { 3, 0 }, { 4, 2 } }:argmax{ axis = 1 })", "2", "2"),
        // Ordering
        ScriptCase(
            "local v, p = nj.tensor{ 1, 9, 5 }:topk(2) return v, p[1], p[2]",
            "Tensor 2 f32\n  9  5", "2", "3"),
        ScriptCase("return nj.tensor{ { 1, 9 }, { 7, 3 } }:argsort()[2][1]", "2"),
        ScriptCase(
            "return nj.tensor{ 1, 9, 5 }:sort{ descending = true }", "Tensor 3 f32\n  9  5  1"),
        // Comparisons
        ScriptCase(
            "return nj.tensor{ 1, 2, 3 }:gt(1):sum(), nj.tensor{ 1, 2, 3 }:ge{ 1, 3, 3 }:sum()",
            "2.0", "2.0"),
        ScriptCase(
            "return nj.tensor{ 1, 2, 3 }:lt(2):sum(), nj.tensor{ 1, 2, 3 }:le(2):sum()", "1.0",
            "2.0"),
        ScriptCase("return nj.tensor{ 1, 2 }:eq(2)[2], nj.tensor{ 1, 2 }:ne(2)[2]", "1.0", "0.0"),
        ScriptCase("return nj.tensor{ 1 }:isfinite()", "true"),
    ]

    @Test("give", arguments: values)
    func value(_ example: ScriptCase) throws {
        #expect(try TensorScript.values(example.text) == example.expected)
    }

    static let failures = [
        ScriptCase(
            "nj.tensor{ { 1, 2 }, { 3 } }",
            "bad argument #1 to 'tensor' (2 values expected at [2], got 1)"),
        ScriptCase(
            "nj.tensor{ 1, 'x' }",
            "bad argument #1 to 'tensor' (number expected at [2], got string \"x\")"),
        ScriptCase("local x = nj.tensor{ 1, 2 }[3]", "row: index 3 is outside 1 to 2"),
        ScriptCase("local x = nj.tensor{ 1, 2 }[0]", "row: index 0 is outside 1 to 2"),
        ScriptCase(
            "local x = nj.tensor{ 1 }[math.mininteger]",
            "row: index -9223372036854775808 is outside 1 to 1"),
        ScriptCase(
            "local x = nj.tensor{ 1 }[math.maxinteger]",
            "row: index 9223372036854775807 is outside 1 to 1"),
        ScriptCase(
            "local x = nj.tensor{ 1 }[1.5]",
            "bad argument #1 to '[]' (number has no integer representation, got 1.5)"),
        ScriptCase(
            "nj.tensor{ 1 }.shpae()", "nj.Tensor has no field 'shpae' (did you mean 'shape'?)"),
        ScriptCase(
            "nj.tensor.zeros{ 2, 2 }[1] = { 1, 2, 3 }", "broadcast: shapes 3 and 2 do not fit"),
        ScriptCase(
            "nj.tensor.zeros{ 2, 2 }:at{ 1 }",
            "at: shape 2x2 needs 2 positions, got 1. Take rows for whole parts."),
        ScriptCase(
            "return nj.tensor{ 1, 2 } + nj.tensor{ 1, 2, 3 }", "add: shapes 2 and 3 do not fit"),
        ScriptCase(
            "return nj.tensor.zeros{ 2, 3 }:matmul(nj.tensor.zeros{ 2, 3 })",
            "matmul: shapes 2x3 and 2x3 do not fit"),
        ScriptCase(
            "return nj.tensor{ 1 } + 'x'",
            "bad argument #2 to '+' (nj.Tensor or number or list of number or nj.nn.Variable"
                + " expected, got string \"x\")"
        ),
        ScriptCase(
            "nj.tensor{ 1 }:sum{ axes = 1 }",
            "unknown option 'axes' to 'sum' (did you mean 'axis'?)"),
        ScriptCase(
            "nj.tensor{ 1 }:sum{ axis = 2 }",
            "axis: 2 is no dimension of shape 1: give 1 to 1, or -1 for the last"),
        ScriptCase(
            "nj.tensor.normal{ shape = { 2 } }",
            "missing option 'seed' to 'nj.tensor.normal' (integer expected, got nil):"
                + " what the numbers depend on, as in"
                + " nj.tensor.normal{ shape = { 64, 128 }, deviation = 0.1, seed = 1 }"),
        ScriptCase(
            "nj.tensor.normal{ 2, deviaton = 1, seed = 1 }",
            "unknown option 'deviaton' to 'normal' (did you mean 'deviation'?)"),
        ScriptCase(
            "nj.tensor.zeros{ 2, -1 }",
            "2x-1 is not a shape: give at most 64 sizes of 0 or more that multiply to a number that"
                + " fits in memory"),
        ScriptCase(
            "nj.tensor.zeros{ 1 << 40, 1 << 40 }",
            "1099511627776x1099511627776 is not a shape: give at most 64 sizes of 0 or more that"
                + " multiply to a number that fits in memory"),
        ScriptCase("nj.tensor{ 1, 2 }:reshape(3)", "shape 3 needs 3 values, got 2"),
        ScriptCase(
            "nj.tensor{}:max()",
            "max: shape 0 has no elements to choose from along that dimension. Leave empty tensors out."
        ),
        ScriptCase(
            "nj.tensor{ 1 }:topk(2)", "top k: 2 is not 1 to 1, the length of a row of shape 1"),
        ScriptCase(
            "nj.tensor.zeros{ 4, 1000, 1000 }:rows(1, 3):reshape{ 3000000, 1, 1, 1 }:totable()",
            "lists of shape 3000000x1x1x1 are too long for Lua: at most 10000000 values are made;"
                + " take rows of the tensor first, or save it to a file"),
        ScriptCase(
            "local t = nj.tensor{ 1 } t:free() t:sum()",
            "nj.Tensor was freed; use 'sum' before that, or make it again"),
        ScriptCase("return #nj.tensor(1)", "axis: 1 is no dimension of shape scalar: it has none"),
    ]

    @Test("fail with words that help", arguments: failures)
    func failure(_ example: ScriptCase) throws {
        #expect(try TensorScript.failure(example.text) == "test:1: " + example.expected[0])
    }

    @Test("of random numbers depend on nothing but the seed and the distribution")
    func random() throws {
        let chunk = """
            local function draw(seed) return nj.tensor.normal{ shape = { 100, 100 }, mean = 3,
                deviation = 2, seed = seed } end
            local a, b, c = draw(1), draw(1), draw(2)
            local deviation = ((a - 3):norm() ^ 2 / a.count) ^ 0.5
            local u = nj.tensor.uniform{ 1000, low = -1, high = 3, seed = 1 }
            return a:eq(b):min(), a:eq(c):mean() < 0.01, math.abs(a:mean() - 3) < 0.1,
                math.abs(deviation - 2) < 0.1, u:min() >= -1, u:max() < 3, math.abs(u:mean() - 1) < 0.2
            """
        #expect(try TensorScript.values(chunk) == ["1.0"] + [String](repeating: "true", count: 6))
    }

    @Test("that scripts drop give their memory back: 4000 of 256 KiB peak below 64 MiB")
    func collection() throws {
        let state = try Session().state
        let peak = try state.run(
            """
            local peak = 0
            for i = 1, 4000 do
                local t = nj.tensor.zeros{ 256, 256 } + 1
                peak = math.max(peak, nj.memory().native)
            end
            return peak
            """)
        let bytes = try #require(peak.first?.int)
        #expect(bytes > 256 << 10)
        #expect(bytes < 64 << 20)
        try state.collectGarbage()
        #expect(state.nativeBytes == 0)
    }

    @Test("count the memory that views keep alive, once")
    func views() throws {
        let state = try Session().state
        let results = try state.run(
            """
            local row
            do
                local t = nj.tensor.full({ 1000, 64 }, 5)
                row, other = t[1000], t[1]
                both = nj.memory().native
                t:free()
            end
            collectgarbage()
            return both, nj.memory().native, row:sum()
            """)
        #expect(results.map(state.describe) == ["262144", "262144", "320.0"])
    }

    @Test("can be closed by their scope")
    func closing() throws {
        let chunk = "local t; do local u <close> = nj.tensor{ 1 } t = u end return tostring(t)"
        #expect(try TensorScript.values(chunk) == ["nj.Tensor (freed)"])
    }
}
