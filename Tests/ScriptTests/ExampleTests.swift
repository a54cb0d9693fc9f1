import Testing

@Suite("Examples")
struct ExampleTests {
    /// The functions that the reference shows an example of, and the examples.
    private static func examples() throws -> [(name: String, text: String)] {
        try NightjarRun("docs").output.split(separator: "\n### ").dropFirst().compactMap { entry in
            guard let start = entry.firstRange(of: "\n```lua\n"),
                let end = entry[start.upperBound...].firstRange(of: "\n```")
            else { return nil }
            let name = entry.prefix { $0 != "\n" }
            return (String(name), String(entry[start.upperBound..<end.lowerBound]))
        }
    }

    @Test("of the reference all run")
    func reference() throws {
        let folder = try ScriptFolder()
        let examples = try Self.examples()
        #expect(examples.count > 200)
        let list = examples.map { "{ name = [==[\($0)]==], text = [==[\($1)]==] }" }
        let text =
            "local examples = {\n\(list.joined(separator: ",\n"))\n}\n" + ExampleScript.text
        try folder.write(text, to: "all.lua")
        let process = try NightjarProcess(
            ["run", "--level", "repl", "all.lua"], in: folder.path)
        try process.expectEnd(status: 0)
        #expect(process.seen == "")
    }
}
