// Names that no two runs share.

/// Ids of runs and of what belongs to them.
enum RunID {
    /// Digits of an id.
    static let length = 32
    /// Digits that users see.
    static let shownLength = 8

    /// A new id of random hexadecimal digits.
    ///
    /// From the system's generator: ids must differ between equal runs.
    static func random() -> String {
        var system = SystemRandomNumberGenerator()
        let halves = [system.next(), system.next()] as [UInt64]
        return halves.map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
