import Foundation

@testable import NightjarLua

/// A session with a small log whose users mostly go from item i to item i + 1, and a folder.
final class RingWorld {
    let script: Script
    let folder: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        folder = url.path
        script = try Script()
        _ = try script.run(
            """
            folder = "\(folder)"
            local users, items, times, state = {}, {}, {}, 1
            for user = 1, 8 do
              local item = user
              for step = 1, 10 do
                users[#users + 1], items[#items + 1], times[#times + 1] = user, item, step
                state = state * 1103515245 + 12345 & 0x7fffffff
                item = (state >> 16) % 5 == 0 and (state >> 8) % 9 + 1 or item % 9 + 1
              end
            end
            log = nj.data.interactions{ users = users, items = items, times = times, name = "ring" }
            parts = log:split{ by = "tail", valid = 0, test = 0.2, min_rows = 1 }
            train = parts.train:windows{ length = 5 }
            test = parts.test:windows{ length = 5 }
            function bytes(path)
              local file <close> = assert(io.open(path, "rb"))
              return file:read("a")
            end
            """)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func run(_ text: String) throws -> String { try script.run(text) }

    /// A script that defines a model with all kinds of parameter uses.
    static let poolingScript = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../scripts/attentive_pooling.lua").standardized

    /// The model of that script, for this world: `Pooling`, with small sizes unless options say more.
    static let pooling: String = {
        let text = (try? String(contentsOf: poolingScript, encoding: .utf8)) ?? ""
        let definition = text.firstMatch(of: /(?s)Pooling = nj\.nn\.model\{.*?\n\}\n/)?.output
        return String(definition ?? "").replacing(
            "{ dim = 32, length = 20, dropout = 0.1 }",
            with: "{ dim = 4, length = 5, dropout = 0.2 }")
    }()
}
