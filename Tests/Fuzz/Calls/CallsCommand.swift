// Random calls of everything that is declared.

import ArgumentParser
import CMalloc
import Foundation
import LuaHost
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// Makes random calls in many short-lived Lua states, and fails at a trap, a hang or a leak.
struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Calls every declared function, property and metamethod with random arguments.",
        discussion: """
            Arguments fit the declarations most of the time. What ran is said when the process dies \
            or does not go on; the record of its round is a Lua script.
            In every seventh round, Lua's own functions and those of Lua modules are called instead, \
            at each level of the sandbox in turn; they do not count as calls.
            """)

    @Option(help: "How many calls to make.")
    var calls = 200_000

    @Option(help: "A folder with Lua modules, whose functions are called, too.")
    var modules = "stdlib"

    @Option(help: "What the random choices start from.")
    var seed: UInt64 = 1

    @Option(help: "Makes only the round of this number, from 0.")
    var round: Int?

    @Option(help: "Calls a round, each of which has its own state.")
    var callsPerRound = 1000

    @Option(help: "Seconds after which a call that was stopped counts as one that hangs.")
    var patience = 30.0

    @Option(help: "Fuzzes a defect that is there on purpose: trap, hang or leak.")
    var planted: String?

    @Flag(help: "Shows how often each function was called, reached and succeeded.")
    var table = false

    @Flag(help: "Prints the script of the last round.")
    var printRecord = false

    /// What the process may take beside the limit of its scripts: twice that, and the binary.
    private static let mostMemory = 768 << 20
    /// Growth of the heap between an early and the last round that is no leak: caches, fragments.
    private static let mostGrowth = 8 << 20

    func run() throws {
        let folder = Scratch.folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let record = folder.appending(path: "round.lua").path
        LuaState.handleInterrupts()
        LastWords.speakAtDeath()
        LastWords.watch(pressingAfter: 0.25, givingUpAfter: patience)

        shieldTheOutside()

        let defect = planted.flatMap { Planted(rawValue: $0) }?.library
        let suite = try Round.Suite(planted: defect, modules: URL(filePath: modules).path)
        // A round ends early when a call in the middle of a pass is stopped: then there are more.
        let rounds = round.map { $0..<$0 + 1 } ?? 0..<4 * max(1, calls / callsPerRound)
        if !printRecord {
            print("fuzz: seed \(seed), \(suite.targets.count) targets, record in \(record)")
        }
        var growth = HeapGrowth()
        for number in rounds where round != nil || suite.tally.calls(of: suite.ofLibrary) < calls {
            let work = folder.appending(path: "work")
            try? FileManager.default.removeItem(at: work)
            try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
            guard chdir(work.path) == 0 else { throw ExitCode.failure }
            let plan = Round.Plan(
                seed: seed, number: number, calls: callsPerRound, planted: defect, record: record)
            if let left = try Round(plan, suite).run() {
                fail("round \(number): \(left)")
            }
            setlocale(LC_ALL, "C")  // which a script may have changed
            growth.noteRound()
        }
        chdir("/")
        if printRecord {
            print(try String(contentsOfFile: record, encoding: .utf8))
        } else {
            try report(suite, growth, isWhole: round == nil && defect == nil)
        }
        try? FileManager.default.removeItem(at: folder)
    }

    private func report(_ suite: Round.Suite, _ growth: HeapGrowth, isWhole: Bool) throws {
        if table { print(suite.tally.table(suite.targets)) }
        let (unreached, unsuccessful) = suite.tally.gaps(suite.targets)
        let rows = suite.tally.rows[suite.ofLibrary]
        let calls = suite.tally.calls(of: suite.ofLibrary)
        let reached = rows.reduce(0) { $0 + $1.reached }
        let succeeded = rows.reduce(0) { $0 + $1.succeeded }
        let stopped = rows.reduce(0) { $0 + $1.stopped }
        print(
            "fuzz: \(calls) calls, \(100 * reached / max(1, calls))% past their checks,"
                + " \(100 * succeeded / max(1, calls))% succeeded, \(stopped) stopped;"
                + " heap grew \(growth.bytes >> 10) KiB, peak \(HeapGrowth.peak >> 20) MiB")
        let ofModules = suite.found.count { suite.targets[$0].name.hasPrefix("require ") }
        print(
            "fuzz: \(suite.tally.calls(of: suite.found)) calls of \(suite.found.count) other"
                + " functions, \(ofModules) of them of modules")
        for name in unreached { print("fuzz: never past its checks: \(name)") }
        for name in unsuccessful { print("fuzz: never succeeded: \(name)") }
        guard isWhole else { return }
        if calls < self.calls { fail("only \(calls) calls were made") }
        let missing = suite.library.classes.map(\.name).filter { !suite.classes.contains($0) }
        if !missing.isEmpty {
            fail("no object was ever made of \(missing.joined(separator: ", "))")
        }
        let declared = suite.targets.count { $0.isDeclared }
        if !unreached.isEmpty { fail("\(unreached.count) functions were never reached") }
        if 20 * unsuccessful.count > declared {
            fail("\(unsuccessful.count) of \(declared) functions never succeeded")
        }
        for index in suite.found where suite.tally.rows[index].calls == 0 {
            fail("\(suite.targets[index].name) was never called")
        }
        if growth.bytes > Self.mostGrowth { fail("the heap grew by \(growth.bytes >> 10) KiB") }
        if HeapGrowth.peak > Self.mostMemory {
            fail("the process took \(HeapGrowth.peak >> 20) MiB")
        }
    }

    /// Keeps what scripts start and read from reaching beyond this process.
    private func shieldTheOutside() {
        signal(SIGPIPE, SIG_IGN)
        // The shell finds no programs, and nobody answers what is asked.
        setenv("PATH", "/nowhere", 1)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        dup2(nothing, STDIN_FILENO)
        close(nothing)
        LastWords.takeStandardError()
    }

    private func fail(_ problem: String) -> Never {
        print("fuzz: \(problem) (seed \(seed))")
        fflush(nil)
        _exit(1)
    }
}

/// The growth of the heap from round to round.
struct HeapGrowth {
    /// Rounds until caches are filled.
    private static let warmUp = 10

    private var rounds = 0
    private var first = 0
    private var last = 0

    /// Bytes that were taken since the warm-up and not given back.
    var bytes: Int { rounds > Self.warmUp ? last - first : 0 }

    /// Looks at the heap after a round.
    mutating func noteRound() {
        rounds += 1
        BufferPool.releaseKept()
        last = Int(mallinfo2().uordblks)
        if rounds == Self.warmUp { first = last }
    }

    /// The most memory that the process ever had, in bytes.
    ///
    /// Not from `getrusage`, which counts what the process that started this one had.
    static var peak: Int {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return Int.max }
        return kibibytes << 10
    }
}
