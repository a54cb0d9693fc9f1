import Testing

/// Damaged files for every reader.
///
/// `NIGHTJAR_FUZZ_INPUTS` and `NIGHTJAR_FUZZ_SEED` in the environment give more files and other
/// ones.
@Suite("Damaged files")
struct FileFuzzTests {
    @Test("are refused or read, in bounded memory, by every reader")
    func everyReader() throws {
        let run = try FuzzRun([
            "files", "--inputs", FuzzRun.setting("NIGHTJAR_FUZZ_INPUTS", 20_000),
            "--seed", FuzzRun.setting("NIGHTJAR_FUZZ_SEED", 1),
        ])
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
