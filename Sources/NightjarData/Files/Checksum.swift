// Checksums of files, as publishers give them.

import NightjarRuntime

/// What the bytes of a file must hash to.
public struct Checksum: Sendable, Hashable {
    /// A hash function that publishers use.
    public enum Algorithm: String, Sendable, CaseIterable {
        /// MD5, which finds damage but not malice.
        case md5
        /// SHA-256.
        case sha256

        /// Number of hexadecimal digits.
        var digits: Int { self == .md5 ? 32 : 64 }
    }

    /// The hash function.
    public let algorithm: Algorithm
    /// The hash in lower-case hexadecimal digits.
    public let digits: String

    /// Creates a checksum; `nil` when `digits` are not as many hexadecimal digits as it has.
    public init?(_ algorithm: Algorithm, _ digits: String) {
        guard digits.utf8.count == algorithm.digits, digits.allSatisfy(\.isHexDigit) else {
            return nil
        }
        self.algorithm = algorithm
        self.digits = digits.lowercased()
    }

    /// Finds the checksum in a publisher's file, whichever way it is written there.
    ///
    /// Known ways are `MD5 (a.zip) = d41d…` and `d41d…  a.zip`; the first word of the right number
    /// of hexadecimal digits counts.
    public init?(publishedIn text: String) {
        for word in text.split(whereSeparator: { !$0.isHexDigit && !$0.isLetter }) {
            for algorithm in Algorithm.allCases {
                if let found = Checksum(algorithm, String(word)) {
                    self = found
                    return
                }
            }
        }
        return nil
    }

    /// The checksum of the file at `path`.
    ///
    /// - Throws: `FileError`, `Interrupted`.
    public init(_ algorithm: Algorithm, ofFile path: String) throws {
        switch algorithm {
        case .md5: digits = try Self.hash(path, with: MD5.self)
        case .sha256: digits = try Self.hash(path, with: SHA256.self)
        }
        self.algorithm = algorithm
    }

    private static func hash<Function: HashFunction>(
        _ path: String, with function: Function.Type
    ) throws -> String {
        var hash = Function()
        try FileBytes.forEachBlock(of: path) { hash.update($0) }
        return hash.hexadecimal
    }
}

extension Checksum: CustomStringConvertible {
    /// The function and the digits, such as `md5:d41d…`.
    public var description: String { "\(algorithm.rawValue):\(digits)" }
}
