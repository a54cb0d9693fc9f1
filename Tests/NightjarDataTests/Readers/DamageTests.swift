import Testing

@testable import NightjarData

@Suite("Damaged logs")
struct DamageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let line: Int
        let expected: String
        let found: String
    }

    private static let user = "a user id (an integer 0 ... 2147483647)"
    private static let fields = "4 fields separated by '::'"
    private static let good = "1::2::3::4\n"

    static let cases = [
        Case(
            testDescription: "a field too few", text: good + "1::2::3\n" + good, line: 2,
            expected: fields, found: "'1::2::3'"),
        Case(
            testDescription: "a field too many", text: good + "1::2::3::4::5\n", line: 2,
            expected: fields, found: "'1::2::3::4::5'"),
        Case(
            testDescription: "an empty line inside", text: good + "\n" + good, line: 2,
            expected: fields, found: "an empty line"),
        Case(
            testDescription: "a last line cut short", text: good + good + "1::2", line: 3,
            expected: fields, found: "'1::2'"),
        Case(
            testDescription: "letters as id", text: good + "x::2::3::4\n", line: 2, expected: user,
            found: "'x'"),
        Case(
            testDescription: "something behind an id", text: "1 ::2::3::4\n", line: 1,
            expected: user, found: "'1 '"),
        Case(
            testDescription: "a negative id", text: "-1::2::3::4\n", line: 1, expected: user,
            found: "'-1'"),
        Case(
            testDescription: "an id beyond Int32", text: good + "2147483648::2::3::4\n", line: 2,
            expected: user, found: "'2147483648'"),
        Case(
            testDescription: "an id beyond Int64",
            text: good + "1::99999999999999999999999::3::4\n", line: 2,
            expected: "an item id (an integer 0 ... 2147483647)",
            found: "'99999999999999999999999'"),
        Case(
            testDescription: "an empty id", text: "::2::3::4\n", line: 1, expected: user,
            found: "nothing"),
        Case(
            testDescription: "a rating that is not finite", text: "1::2::nan::4\n", line: 1,
            expected: "a finite number as rating", found: "'nan'"),
        Case(
            testDescription: "a rating out of range", text: "1::2::1e99::4\n", line: 1,
            expected: "a finite number as rating", found: "'1e99'"),
        Case(
            testDescription: "a rating with something behind it", text: "1::2::3*::4\n", line: 1,
            expected: "a finite number as rating", found: "'3*'"),
        Case(
            testDescription: "a control character", text: "1::2::3\u{7}::4\n", line: 1,
            expected: "a finite number as rating", found: "'3\\u{07}'"),
        Case(
            testDescription: "milliseconds", text: "1::2::3::881250949000\n", line: 1,
            expected: "a time in seconds since 1970, before year 10000"
                + " (or choose milliseconds as unit)", found: "'881250949000'"),
        Case(
            testDescription: "something behind the last field", text: "1::2::3::4x\n", line: 1,
            expected: "a time in seconds since 1970, before year 10000"
                + " (or choose milliseconds as unit)", found: "'4x'"),
        Case(
            testDescription: "a zero byte", text: good + good + "1::2::\0::4\n", line: 3,
            expected: "text", found: "a zero byte, as in binary files"),
    ]

    @Test("name file, line, what was expected and what was found", arguments: cases)
    func damage(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("ratings.dat", example.text)
        #expect(
            throws: DataError.damagedLine(
                file: path, line: example.line, expected: example.expected, found: example.found)
        ) { try Interactions.read(path) }
    }

    @Test("give the first damaged line of a file that is read in many pieces")
    func firstOfMany() throws {
        let folder = try TemporaryFolder()
        var lines = [String](repeating: "123456::654321::3.5::978300760", count: 150_000)
        lines[99_999] = "bad"
        lines[140_000] = "worse"
        let path = try folder.write("ratings.dat", lines.joined(separator: "\n"))
        #expect(
            throws: DataError.damagedLine(
                file: path, line: 100_000, expected: Self.fields, found: "'bad'")
        ) { try Interactions.read(path) }
    }

    @Test("say when a file is empty, compressed, UTF-16, missing, or no file")
    func notText() throws {
        let folder = try TemporaryFolder()
        for (name, text) in [("a", ""), ("b", "\n\r\n"), ("c", "\u{FEFF}")] {
            let path = try folder.write("\(name)/ratings.dat", text)
            #expect(throws: DataError.emptyFile(path)) { try Interactions.read(path) }
        }
        let header = try folder.write("header.csv", "user,item\n")
        #expect(throws: DataError.emptyFile(header)) { try Interactions.read(header) }
        for (name, bytes) in [("z.csv", [0x1F, 0x8B, 8]), ("u.csv", [0xFF, 0xFE, 0x31, 0])]
            as [(String, [UInt8])]
        {
            let path = try folder.write(name, bytes)
            #expect {
                try Interactions.read(path)
            } throws: {
                if case DataError.notText(path, _) = $0 { true } else { false }
            }
        }
        #expect(throws: DataError.notAFile("/dev/zero")) { try Interactions.read("/dev/zero") }
        let missing = #expect(throws: (any Error).self) {
            try Interactions.read(Paths.join(folder.path, "none.csv"))
        }
        #expect("\(try #require(missing))".hasSuffix("No such file or directory. Check the path."))
    }

    @Test("end in what to do next")
    func nextStep() {
        let error = DataError.damagedLine(file: "f", line: 2, expected: "a", found: "'b'")
        #expect(
            error.description == "'f' line 2: expected a, found 'b'."
                + " Correct the line, or fetch or copy the file again.")
    }
}
