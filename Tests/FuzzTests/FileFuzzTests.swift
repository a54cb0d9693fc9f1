import Testing

@Suite("Damaged files")
struct FileFuzzTests {
    @Test("are refused or read, in bounded memory, by every reader")
    func everyReader() throws {
        let run = try FuzzRun.ofMany("inputs", 20_000, ["files"])
        #expect(run.isWhole && run.status == 0, "\(run.output)")
        // Neither all files broken beyond the first check nor all harmless, but for the history,
        // which takes anything.
        let counts = run.output.split(separator: "\n").compactMap {
            $0.wholeMatch(of: #/fuzz: ([\w-]+): (\d+) inputs, (\d+) accepted, .*/#)?.output
        }
        #expect(counts.count > 20)
        for (_, reader, inputs, accepted) in counts where reader != "history" {
            let (inputs, accepted) = (Int(inputs) ?? 0, Int(accepted) ?? 0)
            #expect(accepted * 100 > inputs && accepted < inputs, "\(reader)")
        }
    }
}
