import Foundation
import Testing

@Suite("The page on writing policies")
struct PolicyPageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// The blocks of Lua on the page, by the file that their first line names.
    private static func blocks() throws -> [String: String] {
        let file = root.appending(path: "stdlib/nightjar/policies/README.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        var blocks: [String: String] = [:]
        for match in text.matches(of: /(?s)```lua\n-- (\w+\.lua)\n(.*?)```/) {
            blocks[String(match.output.1)] = String(match.output.2)
        }
        return blocks
    }

    @Test("has code that runs, with policies found beside the script")
    func runs() throws {
        let folder = try ScriptFolder()
        let blocks = try Self.blocks()
        #expect(
            blocks.keys.sorted() == [
                "gentle.lua", "judge.lua", "late.lua", "oldest.lua", "use.lua",
            ])
        for (name, text) in blocks { try folder.write(text, to: name) }
        func output(_ script: String, level: String) throws -> String {
            let process = try NightjarProcess(
                ["run", "--level", level, script],
                environment: ["NIGHTJAR_HOME": Self.root.path], in: folder.path)
            try process.expectEnd(status: 0)
            return process.seen
        }
        try folder.write(
            """
            local parts = nj.data.simulate{ users = 60, items = 40 }:split{ by = "time" }
            local train = parts.train:windows{ length = 10 }
            print(nj.policies.oldest{ train = train, count = 3 })
            """, to: "times.lua")
        for level in ["script", "lab"] {
            let oldest = try output("times.lua", level: level)
            #expect(oldest.contains("Selection of 3 examples to drop"), "\(oldest)")
            let used = try output("use.lua", level: level)
            #expect(used.contains("Selection of 100 examples to drop"), "\(used)")
        }
        let judged = try output("judge.lua", level: "script")
        for words in ["gentle - random", "loss - popularity", "2 seeds, chosen by validation"] {
            #expect(judged.contains(words), "\(judged)")
        }
    }

    @Test("ends in a policy of some twenty lines")
    func short() throws {
        let policy = try #require(try Self.blocks()["gentle.lua"])
        #expect(policy.split(separator: "\n").count <= 22)
    }
}
