// Random numbers that depend on a seed and a name only, never on what was drawn elsewhere.

/// A named stream of random numbers: the counter-based generator Philox 4×32-10.
///
/// Two streams of one seed with different names are independent, so adding a draw in one part of an
/// experiment never changes another part. The state is a counter: saving it costs 16 bytes, and
/// `state` restores the stream exactly.
///
/// Source: J. Salmon, M. Moraes, R. Dror and D. Shaw, *Parallel random numbers: as easy as
/// 1, 2, 3*, SC 2011.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
    /// Where a stream stands; enough, with the name and the seed, to continue it.
    public struct State: Sendable, Equatable, Codable {
        /// The key derived from seed and name.
        public var key: UInt64
        /// Number of 64-bit values drawn so far.
        public var drawn: UInt64

        /// Creates a state from its two words, as read from a checkpoint.
        public init(key: UInt64, drawn: UInt64) {
            self.key = key
            self.drawn = drawn
        }
    }

    /// The current position of the stream.
    public private(set) var state: State
    private var spare: UInt64 = 0

    /// Creates the stream called `name` of `seed`.
    public init(seed: UInt64, _ name: String) {
        self.init(State(key: Self.derive(seed, name), drawn: 0))
    }

    /// Continues a stream from a saved state.
    public init(_ state: State) {
        self.state = state
        if state.drawn % 2 == 1 { spare = Self.block(state.key, state.drawn / 2).1 }
    }

    /// The independent stream called `name` below this one, whatever was drawn from this one.
    public func split(_ name: String) -> RandomStream {
        RandomStream(State(key: Self.derive(state.key, name), drawn: 0))
    }

    /// Draws 64 random bits.
    public mutating func next() -> UInt64 {
        defer { state.drawn &+= 1 }
        if state.drawn % 2 == 1 { return spare }
        let (first, second) = Self.block(state.key, state.drawn / 2)
        spare = second
        return first
    }

    /// Draws a number in 0 ..< 1 with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Draws an integer in 0 ..< `bound`, without bias; 0 when `bound` is below 2.
    public mutating func below(_ bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        let range = UInt64(bound)
        var product = next().multipliedFullWidth(by: range)
        if product.low < range {
            let threshold = (0 &- range) % range
            while product.low < threshold { product = next().multipliedFullWidth(by: range) }
        }
        return Int(product.high)
    }

    /// Draws `true` with the given probability.
    public mutating func bernoulli(_ probability: Double) -> Bool { uniform() < probability }

    /// Draws from the normal distribution with mean 0 and standard deviation 1 (Box–Muller).
    ///
    /// Every call draws two uniforms and keeps no second value, so that the state stays a counter.
    public mutating func normal() -> Double {
        let radius = (-2 * Math.log(1 - uniform())).squareRoot()
        return radius * Math.cos(2 * .pi * uniform())
    }

    /// Shuffles `elements` in place (Fisher–Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, below(last + 1))
        }
    }

    /// A random order of 0 ..< `count`.
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(0, count))
        shuffle(&order)
        return order
    }

    /// The ten Philox rounds on counter `index` with `key`; gives two 64-bit values.
    private static func block(_ key: UInt64, _ index: UInt64) -> (UInt64, UInt64) {
        var c0 = UInt32(truncatingIfNeeded: index)
        var c1 = UInt32(truncatingIfNeeded: index >> 32)
        var c2: UInt32 = 0
        var c3: UInt32 = 0
        var k0 = UInt32(truncatingIfNeeded: key)
        var k1 = UInt32(truncatingIfNeeded: key >> 32)
        for _ in 0..<10 {
            let p0 = c0.multipliedFullWidth(by: 0xD251_1F53)
            let p1 = c2.multipliedFullWidth(by: 0xCD9E_8D57)
            (c0, c1, c2, c3) = (p1.high ^ c1 ^ k0, p1.low, p0.high ^ c3 ^ k1, p0.low)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (UInt64(c1) << 32 | UInt64(c0), UInt64(c3) << 32 | UInt64(c2))
    }

    /// FNV-1a over the name, mixed with the parent key (the finaliser of SplitMix64).
    private static func derive(_ parent: UInt64, _ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var mixed = (parent &* 0x9E37_79B9_7F4A_7C15) ^ hash
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
