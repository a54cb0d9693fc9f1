import NightjarRuntime
import Testing

@testable import NightjarData

@Suite("Readers under mutation")
struct MutationTests {
    static let samples: [(LogFormat, String)] = [
        (.movieLens100K, "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n"),
        (.movieLensDat, "1::1193::5::978300760\n1::661::3.5::978302109\n2::1::4::978301968\n"),
        (.movieLensCSV, "userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n2,9,4.0,5\r\n"),
        (.table, "user,item,stars\n\"a \"\"x\"\"\",\"b,c\",1e1\nz,é,-0.25\n"),
        (.table, "1\t2\t3\n4\t5\t6.125\n"),
        (.sequences, "1 5 6 7\n2 7 5\n3 100000 1\n"),
        (.pairs, "1 5\n1 6\n2 7\n"),
        (.atomic, "user_id:token\titem_id:token\ttags:token_seq\trating:float\nu\ti\ta b\t1.5\n"),
    ]

    @Test("never trap, and never make rows out of nothing", arguments: samples)
    func rows(_ format: LogFormat, _ sample: String) throws {
        let original = Array(sample.utf8)
        var random = RandomStream(seed: 11, "\(format) \(sample.count)")
        var refused = 0
        for _ in 0..<600 {
            let bytes = mutated(original, &random)
            do {
                let file = try SourceFile(path: "mutant", bytes: bytes)
                let source = LogSource(
                    format: format, rowsPath: "/nowhere/mutant", name: "mutant", content: file)
                let log = try Interactions.read(source, ReadingOptions())
                #expect(log.count > 0)
                #expect(log.ratings?.allSatisfy(\.isFinite) ?? true)
                #expect(log.count <= bytes.count)
            } catch is DataError {
                refused += 1
            }
        }
        // A mutation rarely leaves a log whole; if none were refused, nothing would be checked.
        #expect(refused > 50)
    }

    @Test("recognise or refuse any file")
    func recognition() throws {
        let folder = try TemporaryFolder()
        var random = RandomStream(seed: 12, "recognition")
        for (_, sample) in Self.samples {
            for _ in 0..<40 {
                let path = try folder.write("any.txt", mutated(Array(sample.utf8), &random))
                do {
                    #expect(try Interactions.read(path).count > 0)
                } catch is DataError {}
            }
        }
    }

    @Test(
        "read or refuse side files",
        arguments: [
            ("movies.dat", "1193::One Flew (1975)::Drama\n661::James (1996)::Musical\n"),
            ("users.dat", "1::F::1::10::48067\n2::M::56::16::70072\n"),
        ])
    func sideFiles(_ name: String, _ sample: String) throws {
        let folder = try TemporaryFolder()
        let rows = try folder.write("ratings.dat", "1::1193::5::978300760\n2::661::3::978302109\n")
        var random = RandomStream(seed: 13, name)
        for _ in 0..<300 {
            try folder.write(name, mutated(Array(sample.utf8), &random))
            do {
                #expect(try Interactions.read(rows).count == 2)
            } catch is DataError {}
        }
    }

    /// One to eight bytes changed, put in, taken out or cut off, often by bytes with a meaning.
    private func mutated(_ bytes: [UInt8], _ random: inout RandomStream) -> [UInt8] {
        let meaningful =
            Array("\n\r\t,;|: \"\"''0019-+.eE\0".utf8) + [0xEF, 0xBB, 0xBF, 0xFF, 0x80]
        var bytes = bytes
        for _ in 0...random.below(8) {
            let place = random.below(bytes.count + 1)
            let byte =
                random.bernoulli(0.7)
                ? meaningful[random.below(meaningful.count)] : UInt8(random.below(256))
            switch random.below(8) {
            case 0: bytes.insert(byte, at: place)
            case 1: bytes.removeSubrange(place...)
            case 2: bytes.insert(contentsOf: bytes[place...], at: place)
            case 3 where place < bytes.count: bytes.remove(at: place)
            default: if place < bytes.count { bytes[place] = byte }
            }
            bytes = Array(bytes.prefix(4_096))
        }
        return bytes
    }
}
