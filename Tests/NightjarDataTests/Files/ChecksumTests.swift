import Testing

@testable import NightjarData

@Suite("Checksums")
struct ChecksumTests {
    @Test("of files are those of RFC 1321 and FIPS 180-2")
    func vectors() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("abc", "abc")
        #expect(
            try Checksum(.md5, ofFile: path).description == "md5:900150983cd24fb0d6963f7d28e17f72")
        #expect(
            try Checksum(.sha256, ofFile: path).digits
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let empty = try folder.write("empty", "")
        #expect(try Checksum(.md5, ofFile: empty).digits == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test("are found in publishers' files, whichever way they are written")
    func published() {
        let digits = "900150983cd24fb0d6963f7d28e17f72"
        let expected = Checksum(.md5, digits)
        for text in [
            "MD5 (ml-1m.zip) = \(digits)\n", "\(digits)  ml-1m.zip\n", digits.uppercased(),
            "\(digits) *ml-1m.zip\r\n",
        ] {
            #expect(Checksum(publishedIn: text) == expected, "\(text)")
        }
        #expect(Checksum(publishedIn: digits + digits)?.algorithm == .sha256)
        #expect(Checksum(publishedIn: "<html>not found</html>") == nil)
    }

    @Test("have the right number of hexadecimal digits")
    func form() {
        #expect(Checksum(.md5, String(repeating: "g", count: 32)) == nil)
        #expect(Checksum(.md5, String(repeating: "a", count: 31)) == nil)
        #expect(Checksum(.md5, String(repeating: "Ａ", count: 32)) == nil)
    }
}
