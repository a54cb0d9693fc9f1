import NightjarRuntime
import Testing

@Suite("Hash functions")
struct HashFunctionTests {
    @Test(
        "SHA-256 of the published vectors (FIPS 180-4)",
        arguments: [
            "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq":
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        ])
    func sha256(_ text: String, _ digits: String) {
        #expect(SHA256(text).hexadecimal == digits)
    }

    @Test(
        "MD5 of the published vectors (RFC 1321)",
        arguments: [
            "": "d41d8cd98f00b204e9800998ecf8427e",
            "abc": "900150983cd24fb0d6963f7d28e17f72",
            "message digest": "f96b697d7cb7938d525a2f31aaf161d0",
        ])
    func md5(_ text: String, _ digits: String) {
        var hash = MD5()
        hash.update(text)
        #expect(hash.hexadecimal == digits)
    }

    @Test("bytes in pieces give the digest of the whole")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        var whole = SHA256()
        whole.update(bytes)
        for size in [1, 63, 64, 65, 999] {
            var hash = SHA256()
            for start in stride(from: 0, to: bytes.count, by: size) {
                hash.update(Array(bytes[start..<min(start + size, bytes.count)]))
            }
            hash.update([UInt8]())
            #expect(hash.digest == whole.digest)
        }
        #expect(whole.digest.count == SHA256.size)
    }

    @Test("a digest in between and a copy leave the hash as it was")
    func copies() {
        var hash = SHA256("ab")
        var copy = hash
        _ = hash.digest
        copy.update("x")
        hash.update("c")
        #expect(hash.hexadecimal == SHA256("abc").hexadecimal)
        #expect(copy.hexadecimal == SHA256("abx").hexadecimal)
    }

    @Test("a column counts by its values in little-endian order")
    func column() {
        var column = SHA256()
        column.update(column: [Int32(1), -2])
        var bytes = SHA256()
        bytes.update([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff])
        #expect(column.digest == bytes.digest)
    }
}
