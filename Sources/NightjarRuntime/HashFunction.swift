// Digests of bytes: they tie files to what these were made from, and find damage.

import CNettle

/// A hash of bytes that may come in pieces.
///
/// A copy goes on by itself.
public protocol HashFunction: Sendable {
    /// Number of bytes of a digest.
    static var size: Int { get }

    /// Creates the hash of no bytes.
    init()

    /// Adds bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer)

    /// The digest of all bytes so far.
    var digest: [UInt8] { get }
}

extension HashFunction {
    /// The digest of all bytes so far as lower-case hexadecimal digits.
    public var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    /// Adds the bytes of a text in UTF-8.
    public mutating func update(_ text: String) { update(Array(text.utf8)) }

    /// Adds the bytes of a column, little-endian.
    public mutating func update(column: [some FixedWidthInteger]) {
        #if _endian(little)
            column.withUnsafeBytes { update($0) }
        #else
            column.map(\.littleEndian).withUnsafeBytes { update($0) }
        #endif
    }
}

/// SHA-256 (FIPS 180-4), as computed by Nettle.
public struct SHA256: HashFunction {
    /// Number of bytes of a digest.
    public static let size = Int(SHA256_DIGEST_SIZE)

    private var state = sha256_ctx()

    /// Creates the hash of no bytes.
    public init() { nettle_sha256_init(&state) }

    /// Creates the hash of a text in UTF-8.
    public init(_ text: String) {
        self.init()
        update(text)
    }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        nettle_sha256_update(
            &state, bytes.count, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    }

    /// The digest of all bytes so far.
    public var digest: [UInt8] {
        var state = state
        return [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            nettle_sha256_digest(&state, Self.size, buffer.baseAddress)
            count = Self.size
        }
    }
}

/// MD5 (RFC 1321), as computed by Nettle: it finds damage but not malice.
public struct MD5: HashFunction {
    /// Number of bytes of a digest.
    public static let size = Int(MD5_DIGEST_SIZE)

    private var state = md5_ctx()

    /// Creates the hash of no bytes.
    public init() { nettle_md5_init(&state) }

    /// Adds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        nettle_md5_update(
            &state, bytes.count, bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    }

    /// The digest of all bytes so far.
    public var digest: [UInt8] {
        var state = state
        return [UInt8](unsafeUninitializedCapacity: Self.size) { buffer, count in
            nettle_md5_digest(&state, Self.size, buffer.baseAddress)
            count = Self.size
        }
    }
}
