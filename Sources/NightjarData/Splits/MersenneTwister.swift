// NumPy's older random numbers, to repeat studies that were seeded with them.

/// The 32-bit Mersenne Twister as NumPy's `RandomState(seed)` starts it.
///
/// Only for repeating studies that were seeded through NumPy; everything else draws from
/// `RandomStream`.
///
/// Source: M. Matsumoto and T. Nishimura, *Mersenne twister*, ACM TOMACS 8(1), 1998.
struct MersenneTwister {
    private var words: [UInt32]
    private var position: Int

    init(seed: UInt32) {
        words = [seed]
        for index in 1..<624 {
            let last = words[index - 1]
            words.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(index))
        }
        position = 624
    }

    /// Draws 32 random bits.
    mutating func next() -> UInt32 {
        if position == 624 { twist() }
        var word = words[position]
        position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9D2C_5680
        word ^= (word << 15) & 0xEFC6_0000
        return word ^ (word >> 18)
    }

    /// Draws what `randint(0, 2**32 - 1, dtype=int64)` draws: 0 … 2³² − 2, by rejection.
    mutating func hashSeed() -> UInt32 {
        while true {
            let word = next()
            if word < UInt32.max { return word }
        }
    }

    private mutating func twist() {
        for index in 0..<624 {
            let joined = (words[index] & 0x8000_0000) | (words[(index + 1) % 624] & 0x7FFF_FFFF)
            words[index] =
                words[(index + 397) % 624] ^ (joined >> 1) ^ (joined & 1 == 0 ? 0 : 0x9908_B0DF)
        }
        position = 0
    }
}
