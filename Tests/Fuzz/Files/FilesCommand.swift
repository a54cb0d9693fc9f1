// Damaged files for every reader.

import ArgumentParser
import Foundation
import LuaHost
import NightjarRuntime
import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// Damages whole files at random, reads them, and fails at a trap, a hang or too much memory.
struct FilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        abstract: "Reads damaged files of every kind that Nightjar reads.",
        discussion: """
            A damaged file is refused with an error or read to its end. When the process dies, the \
            file that it read last is still there.
            """)

    @Argument(help: "The readers; all of them if left out.")
    var readers: [String] = []

    @Option(help: "How many files to damage for each reader.")
    var inputs = 20_000

    @Option(help: "What the random choices start from.")
    var seed: UInt64 = 1

    @Option(help: "Seconds after which a file that is still read counts as one that hangs.")
    var patience = 20.0

    @Option(help: "Writes the whole files of each reader to a folder instead.")
    var corpus: String?

    @Flag(help: "Lists the readers.")
    var list = false

    /// More than any file of some kilobytes may take.
    private static let mostMemory = 256 << 20

    func run() throws {
        let chosen = FileReader.all.filter { readers.isEmpty || readers.contains($0.name) }
        guard !chosen.isEmpty, !list else {
            return print(FileReader.all.map(\.name).joined(separator: "\n"))
        }
        let folder = Scratch.folder
        LastWords.speakAtDeath()
        LastWords.watch(pressingAfter: .infinity, givingUpAfter: patience)
        for reader in chosen {
            let place = folder.appending(path: reader.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            if let corpus {
                try write(reader.seeds(FileWorld(place)), to: "\(corpus)/\(reader.name)")
            } else {
                try fuzz(reader, in: place)
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }

    private func fuzz(_ reader: FileReader, in folder: URL) throws {
        let world = try FileWorld(folder)
        let seeds = try reader.seeds(world)
        let path = folder.appending(path: reader.file).path
        let input = try InputFile(path)
        for seed in reader.hasStrictSeeds ? seeds : [] {
            try input.replace(by: seed)
            try reader.read(path, world)
        }
        var mutator = Mutator(
            seeds, tokens: reader.tokens, header: reader.header,
            RandomStream(seed: seed, reader.name))
        var (accepted, most) = (0, "")
        for number in 0..<inputs {
            let bytes = mutator.next()
            try input.replace(by: bytes)
            LastWords.set("reader \(reader.name), input \(number) of seed \(seed): \(path)")
            do {
                try reader.read(path, world)
                accepted += 1
            } catch let mistake as FileWorld.Mistake {
                LastWords.fail("\(mistake)")
            } catch {
                let text = "\(error)"
                if text.utf8.count > most.utf8.count { most = text }
                if text.utf8.count > Self.longestMessage {
                    LastWords.fail("a message of \(text.utf8.count) bytes")
                }
            }
            LastWords.clear()
        }
        let peak = HeapGrowth.peak
        print(
            "fuzz: \(reader.name): \(inputs) inputs, \(accepted) accepted, peak \(peak >> 20) MiB")
        if peak > Self.mostMemory { LastWords.fail("the reader took \(peak >> 20) MiB") }
        try world.session.state.collectGarbage()
        if Tensor.bytesInUse > 0 { LastWords.fail("tensors of refused files stay in memory") }
    }

    /// Some pages are no message that anybody reads.
    private static let longestMessage = 8 << 10

    private func write(_ seeds: [[UInt8]], to folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (number, seed) in seeds.enumerated() {
            try Data(seed).write(to: URL(filePath: "\(folder)/\(number)"))
        }
    }
}

/// A file whose contents change many thousand times; new files would keep the disk busy.
private final class InputFile {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError("write", path, code: errno) }
    }

    deinit { close(descriptor) }

    func replace(by bytes: [UInt8]) throws {
        let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard count == bytes.count, ftruncate(descriptor, count) == 0 else {
            throw FileError("write", "the damaged file", code: errno)
        }
    }
}
