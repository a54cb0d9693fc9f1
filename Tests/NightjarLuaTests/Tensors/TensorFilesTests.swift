import Foundation
import LuaHost
import Testing

@testable import NightjarLua

@Suite("Tensor files in scripts")
struct TensorFilesTests {
    /// Runs a script that finds its own folder in `folder`, and removes that afterwards.
    private func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body("local folder = \"\(folder.path)/\" ")
    }

    static let values = [
        ScriptCase(
            "nj.save(folder .. 'x.npy', nj.tensor{ { 1, 2 } }) return nj.load(folder .. 'x.npy')",
            "Tensor 1x2 f32\n  1  2"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1, 2.5 }) return nj.load(folder .. 'x.npy')",
            "Tensor 2 f32\n  1.0  2.5"),
        ScriptCase(
            """
            nj.save(folder .. 'x.safetensors', { w = nj.tensor.eye(2), b = { 0.5 } },
                { metadata = { seed = 1, name = "demo", lr = 0.5, done = true } })
            local all = nj.load(folder .. 'x.safetensors')
            local list, metadata = nj.tensors(folder .. 'x.safetensors')
            return all.w, all.b[1], #list, list[2].name, list[2].type, list[2].shape[2],
                metadata.seed, metadata.name, metadata.lr, metadata.done
            """, "Tensor 2x2 f32\n  1  0\n  0  1", "0.5", "2", "w", "float32", "2", "1", "demo",
            "0.5",
            "true"),
        ScriptCase(
            """
            nj.save(folder .. 'x.safetensors', { a = { 1 }, b = { 2 } })
            local some = nj.load(folder .. 'x.safetensors', { names = { "b" } })
            return some.a, some.b[1]
            """, "nil", "2.0"),
        ScriptCase(
            """
            nj.save(folder .. 'ids.npy', { { 17, math.maxinteger }, { -1, 2.0 } }, { type = "int64" })
            local ids = nj.load(folder .. 'ids.npy', { as = "list" })
            local list = nj.tensors(folder .. 'ids.npy')
            return ids[1][2], ids[2][2], list[1].type, list[1].name
            """, "9223372036854775807", "2", "int64", "nil"),
        ScriptCase(
            """
            nj.save(folder .. 'x.safetensors', { ids = { 7 }, scores = nj.tensor{ 0.5 } },
                { type = { ids = "int32" } })
            local t = nj.load(folder .. 'x.safetensors', { as = "list" })
            local list = nj.tensors(folder .. 'x.safetensors')
            return t.ids[1], t.scores[1], list[1].type, list[2].type
            """, "7", "0.5", "float32", "int32"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', nj.tensor{ 3, 4 }, { type = 'int32' })"
                + " return nj.load(folder .. 'x.npy'):sum()", "7.0"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', nj.tensor(2)) return nj.load(folder .. 'x.npy', { as = 'list' })",
            "2.0"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', {}) return next(nj.load(folder .. 'x.safetensors'))",
            "nil"),
    ]

    @Test("give back what was written", arguments: values)
    func roundTrip(_ example: ScriptCase) throws {
        #expect(try inFolder { try TensorScript.values($0 + example.text) } == example.expected)
    }

    /// Parts of the words, as they hold the folder.
    static let failures = [
        ScriptCase(
            "nj.save(folder .. 'w.pt', { 1 })",
            "has the extension '.pt', which names no format of tensors. Use '.npy' for one tensor,"
                + " '.safetensors' for several by name."),
        ScriptCase("nj.load(folder .. 'w')", "has no extension to tell its format. Use '.npy'"),
        ScriptCase("nj.load(folder .. 'none.npy')", "No such file or directory"),
        ScriptCase(
            "io.open(folder .. 'x.npy', 'w'):write('not an array, surely'):close()"
                + " nj.load(folder .. 'x.npy')", "has a header that cannot be read"),
        ScriptCase(
            "io.open(folder .. 'x.safetensors', 'w'):write(('\\255'):rep(16)):close()"
                + " nj.tensors(folder .. 'x.safetensors')", "announces a header of"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 16777217 })",
            "save: element 1 is 16777217, which float32 cannot hold. Choose another type."),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1 << 31 }, { type = 'int32' })",
            "which int32 cannot hold"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1.5 }, { type = 'int64' })",
            "integer expected at [1], got number 1.5"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1, 'x' })", "number expected at [2], got string \"x\""),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { { 1, 2 }, { 3 } })",
            "the list at [2] is of another length than those before it"),
        ScriptCase("nj.save(folder .. 'x.npy', { { 1 }, 2 })", "list expected at [2], got number"),
        ScriptCase(
            "local t = {} t[1] = t nj.save(folder .. 'x.npy', t)", "nested more than 8 deep"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { w = nj.tensor{ 1 } })",
            "a .npy file holds one tensor without a name; save '"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1 }, { metadata = { a = 1 } })",
            "a .npy file cannot hold metadata"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', nj.tensor{ 1 })",
            "a .safetensors file holds tensors by name, got nj.Tensor without any"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { 1, 2 })", "got table without any"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { w = 'x' })",
            "nj.Tensor or list of numbers expected for 'w', got string"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { w = { 1 } }, { metadata = { a = {} } })",
            "(text, number or boolean expected for 'a', got table)"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { ids = { 1 } }, { type = { idx = 'int64' } })",
            "there is no 'idx' to write (did you mean 'ids'?)"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1 }, { type = 'int46' })",
            "('float32' or 'int32' or 'int64' or table expected, got string \"int46\" (did you mean 'int64'?))"
        ),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { a = { 1 } }, { type = { a = 'int46' } })",
            "'int46' is none of float32, int32, int64 (did you mean 'int64'?)"),
        ScriptCase(
            "nj.save(folder .. 'x.npy', { 1 }, { metdata = {} })", "(did you mean 'metadata'?)"),
        ScriptCase(
            "nj.save(folder .. 'x.safetensors', { loss = { 1 } })"
                + " nj.load(folder .. 'x.safetensors', { names = { 'los' } })",
            "has no tensor 'los' (did you mean 'loss'?)"),
        ScriptCase(
            "nj.save(folder .. 'ids.npy', { 16777217 }, { type = 'int64' })"
                + " nj.load(folder .. 'ids.npy')",
            "with 16777217, which 32-bit floats would round. Read it as a list"),
    ]

    @Test("fail with words that help", arguments: failures)
    func failure(_ example: ScriptCase) throws {
        let message = try #require(try inFolder { try TensorScript.failure($0 + example.text) })
        #expect(message.contains(example.expected[0]))
    }

    @Test("stay in the working folder at level lab")
    func confined() throws {
        var configuration = Session.Configuration()
        configuration.level = .lab
        let state = try Session(configuration).state
        for call in ["nj.save('/tmp/x.npy', { 1 })", "nj.load('../x.npy')", "nj.tensors('/x.npy')"]
        {
            let error = #expect(throws: LuaError.self) { try state.run(call) }
            #expect(error?.message.contains("outside of the working folder") == true)
        }
    }
}
