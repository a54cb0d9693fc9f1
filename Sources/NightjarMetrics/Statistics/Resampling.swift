// Random resamples on all cores, the same for any number of them.

import NightjarRuntime

/// Shares out resamples over threads.
enum Resampling {
    /// Fixed, so that results do not depend on the number of cores.
    private static let pieces = 64

    /// How many resamples of so many units may pass before the user's wish to stop is looked at.
    static func resamplesBetweenChecks(units: Int) -> Int { max(1, (1 << 16) / max(1, units)) }

    /// Fills one number for each resample; `body` fills those of one piece.
    static func run(
        _ resamples: Int, _ body: (_ piece: Int, UnsafeMutableBufferPointer<Double>) throws -> Void
    ) throws -> [Double] {
        let results = UnsafeMutableBufferPointer<Double>.allocate(capacity: resamples)
        defer { results.deallocate() }
        results.initialize(repeating: 0)
        try Workers.tryRun(pieces) { piece in
            let range = piece * resamples / pieces..<(piece + 1) * resamples / pieces
            try body(piece, UnsafeMutableBufferPointer(rebasing: results[range]))
        }
        return Array(results)
    }
}

/// Unbiased random indices, two from each 64 random bits.
struct IndexDraws {
    private var stream: RandomStream
    private let bound: UInt32
    private let threshold: UInt32
    private var spare: UInt32?

    /// Draws indices below `bound`, which is from 1 to `UInt32.max`.
    init(from stream: RandomStream, below bound: Int) {
        self.stream = stream
        self.bound = UInt32(clamping: max(1, bound))
        threshold = (0 &- self.bound) % self.bound
    }

    /// Draws an index.
    ///
    /// Source: Daniel Lemire, *Fast random integer generation in an interval*, 2019.
    mutating func next() -> Int {
        while true {
            let product = bits().multipliedFullWidth(by: bound)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    private mutating func bits() -> UInt32 {
        if let spare {
            self.spare = nil
            return spare
        }
        let word = stream.next()
        spare = UInt32(truncatingIfNeeded: word >> 32)
        return UInt32(truncatingIfNeeded: word)
    }
}
