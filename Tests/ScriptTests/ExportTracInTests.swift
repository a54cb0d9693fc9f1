import Foundation
import Testing

@Suite("scripts/export_tracin.lua")
struct ExportTracInTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "scripts/export_tracin.lua")

    private let folder: ScriptFolder

    /// Writes a small log of 24 users with 12 interactions each.
    init() throws {
        folder = try ScriptFolder()
        let rows = (1...24).flatMap { user in
            (0..<12).map { time in
                "\(user)\t\((7 * user + 5 * time) % 40 + 1)\t4\t\(900_000_000 + 60 * time + user)\n"
            }
        }
        try folder.write(rows.joined(), to: "u.data")
    }

    /// Exports 30 training examples and 7 tests to the folder `name`.
    private func export(_ name: String, _ arguments: [String]) throws -> URL {
        let out = URL(filePath: folder.path(of: name))
        let process = try NightjarProcess(
            [
                "run", Self.script.path, "--data", folder.path(of: "u.data"),
                "--examples", "30", "--tests", "7", "--out", out.path,
            ] + arguments)
        try process.expectEnd(status: 0)
        return out
    }

    private struct Manifest: Decodable {
        let checkpoints: [String]
        let learningRates: [Double]
        let parameters: String
    }

    private func manifest(_ folder: URL) throws -> Manifest {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            Manifest.self, from: Data(contentsOf: folder.appending(path: "export.json")))
    }

    /// Type and shape as the header of a .npy file has them.
    private func layout(_ name: String, in folder: URL) throws -> String {
        let data = try Data(contentsOf: folder.appending(path: "\(name).npy"))
        let header = String(decoding: data.prefix(128), as: UTF8.self)
        let found = try #require(
            try /'descr': '(.*?)'.*'shape': (\(.*?\))/.firstMatch(in: header))
        return "\(found.1) \(found.2)"
    }

    @Test("writes checkpoints, examples and scores in shapes that fit together")
    func shapes() throws {
        let out = try export("trained", ["--epochs", "2"])
        let expected = [
            "train_histories": "<i4 (30, 49)", "train_targets": "<i4 (30,)",
            "test_histories": "<i4 (7, 49)", "test_targets": "<i4 (7,)",
            "pairs": "<f4 (30, 7)", "totals": "<f4 (30,)", "self_influence": "<f4 (30,)",
        ]
        for (name, layout) in expected { #expect(try self.layout(name, in: out) == layout) }
        let manifest = try manifest(out)
        #expect(manifest.checkpoints == ["epoch-0001.safetensors", "epoch-0002.safetensors"])
        #expect(manifest.learningRates == [1e-3, 1e-3])
        #expect(manifest.parameters == "all")
        for name in manifest.checkpoints {
            #expect(FileManager.default.fileExists(atPath: out.appending(path: name).path))
        }
    }

    @Test("gives the same scores from checkpoints that are given, and others for the last layer")
    func given() throws {
        let trained = try export("trained", ["--epochs", "2"])
        let checkpoints = try manifest(trained).checkpoints.map {
            trained.appending(path: $0).path
        }
        let again = URL(filePath: folder.path(of: "again"))
        try FileManager.default.createDirectory(at: again, withIntermediateDirectories: true)
        func scores(_ folder: URL) throws -> Data {
            try Data(contentsOf: folder.appending(path: "pairs.npy"))
        }
        let expected = try scores(trained)
        #expect(try scores(export("again", checkpoints)) == expected)
        #expect(
            try manifest(again).checkpoints
                == ["checkpoint-1.safetensors", "checkpoint-2.safetensors"])
        let lastLayer = try export("again", ["--parameters", "last_layer"] + checkpoints)
        #expect(try scores(lastLayer) != expected)
        #expect(try layout("pairs", in: lastLayer) == "<f4 (30, 7)")
    }
}
