import Foundation
import NightjarRuntime
import Testing

@testable import NightjarTensor

/// Damaged files must be refused or read, never end the process or take its memory.
///
/// A mutant that is accepted is read in full, so every range it claims is used.
@Suite("Mutated tensor files")
struct MutatedFileTests {
    let folder: TemporaryFolder
    let path: String
    let handle: FileHandle

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.file([])
        handle = try FileHandle(forWritingTo: URL(filePath: path))
    }

    /// Replaces the contents in place: 20 000 new files would keep the disk busy for half a minute.
    private func rewrite(_ bytes: [UInt8]) throws {
        try handle.seek(toOffset: 0)
        try handle.write(contentsOf: Data(bytes))
        try handle.truncate(atOffset: UInt64(bytes.count))
    }

    /// Bytes that mean something in a header, so that mutants get past the first check.
    private static let meaningful = Array("{}[]()\"\\:,-0123456789eE.' TFnull\u{0}\u{7F}".utf8)

    private static func mutant(of bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        var mutant = bytes
        for _ in 0...random.below(3) where !mutant.isEmpty {
            // Three of four mutations hit the first part, where the header is.
            let span = random.below(4) == 0 ? mutant.count : min(mutant.count, 200)
            let position = random.below(span)
            switch random.below(5) {
            case 0: mutant[position] = UInt8(random.below(256))
            case 1: mutant[position] = meaningful[random.below(meaningful.count)]
            case 2: mutant.insert(meaningful[random.below(meaningful.count)], at: position)
            case 3: mutant.remove(at: position)
            default: mutant.removeSubrange(position..<min(mutant.count, position + 8))
            }
        }
        return mutant
    }

    @Test("10 000 mutants of a safetensors file")
    func safetensors() throws {
        var random = RandomStream(seed: 1, "safetensors")
        var accepted = 0
        for _ in 0..<10_000 {
            let mutant = Self.mutant(of: SafetensorsReadTests.fromPython, &random)
            try rewrite(mutant)
            do {
                let file = try SafetensorsFile(path: path)
                accepted += 1
                for entry in file.entries {
                    #expect(entry.byteRange.upperBound <= mutant.count)
                    #expect(
                        try file.floats(entry.name).count
                            == entry.byteRange.count / entry.type.byteCount)
                    #expect(try file.bytes(entry.name) == Array(mutant[entry.byteRange]))
                }
            } catch let error as FileFormatError {
                #expect(error.file == path)
            }
        }
        // Both ways out are taken, so the mutants are neither all broken nor all harmless.
        #expect((100...9_900).contains(accepted))
    }

    @Test("10 000 mutants of .npy files")
    func npy() throws {
        let seeds = [NpyFileTests.matrix, NpyFileTests.single, NpyFileTests.integers]
        var random = RandomStream(seed: 1, "npy")
        var accepted = 0
        for round in 0..<10_000 {
            let mutant = Self.mutant(of: seeds[round % seeds.count], &random)
            try rewrite(mutant)
            do {
                let file = try NpyFile(path: path)
                accepted += 1
                let bytes = try file.bytes()
                #expect(bytes.count <= mutant.count)
                #expect(try file.floats().count == bytes.count / file.type.byteCount)
            } catch let error as FileFormatError {
                #expect(error.file == path)
            }
        }
        #expect((100...9_900).contains(accepted))
    }
}
