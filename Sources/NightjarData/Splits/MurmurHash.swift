// A hash with published values, to repeat splits that were made with it.

/// MurmurHash3 (x86, 32 bits) of one 32-bit integer.
///
/// Source: A. Appleby, SMHasher, public domain.
func murmur3(_ value: Int32, seed: UInt32) -> UInt32 {
    func rotate(_ word: UInt32, by bits: UInt32) -> UInt32 { word << bits | word >> (32 - bits) }
    let block = rotate(UInt32(bitPattern: value) &* 0xCC9E_2D51, by: 15) &* 0x1B87_3593
    var hash = rotate(seed ^ block, by: 13) &* 5 &+ 0xE654_6B64
    hash ^= 4  // the length of the key in bytes
    hash = (hash ^ (hash >> 16)) &* 0x85EB_CA6B
    hash = (hash ^ (hash >> 13)) &* 0xC2B2_AE35
    return hash ^ (hash >> 16)
}
