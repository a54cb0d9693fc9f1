import Foundation
import Testing

/// Single calls that take long, one for each way in which they are made to stop.
@Suite("Ctrl-C in a long call")
struct LongCallInterruptTests {
    private let folder: ScriptFolder

    init() throws { folder = try ScriptFolder() }

    @Test(
        "ends it at once",
        arguments: [
            "nj.models.lstm{ items = 1 << 24 }",
            "nj.linalg.svd(nj.tensor.arange(16000000):reshape{ 4000, 4000 })",
            "nj.write_json('x.json', numbers)",
            "nj.read_json('numbers.json')",
            """
            local log = nj.data.simulate{ users = 20, items = 40, interactions = 200 }
            local train, nets = log:whole():windows{ length = 5 }, {}
            for seed = 1, 3 do nets[seed] = nj.models.lstm{ items = 40, dim = 4, seed = seed } end
            nj.fit_all(nets, { train, train, train }, { epochs = 1000000 })
            """,
        ])
    func call(_ text: String) throws {
        let script = folder.path + "/long.lua"
        try Data(
            """
            numbers = {}
            for i = 1, \(text.contains("numbers") ? 1_000_000 : 0) do numbers[i] = i + 0.5 end
            local file <close> = io.open("numbers.json", "w")
            file:write("[0", (",1.5"):rep(#numbers), "]"):flush()
            print "ready" io.stdout:flush()
            \(text)
            """.utf8
        ).write(to: URL(filePath: script))
        let process = try NightjarProcess(["run", script], in: folder.path)
        #expect(process.reads("ready\n"))
        usleep(300_000)
        let pressed = ContinuousClock.now
        process.interrupt()
        #expect(try process.expectEnd(status: 130).contains("interrupted"))
        #expect(pressed.duration(to: .now) < .seconds(10))
    }
}
