// Options of intervals, the same wherever an interval is made.

import LuaHost
import NightjarMetrics

extension Parameter {
    /// How bootstrap intervals are made; read with ``Call/bootstrap()``.
    static let bootstrap: [Parameter] = [
        .integer("resamples", default: 10_000, in: 1...10_000_000, "resamples of the bootstrap"),
        .number("level", default: 0.95, in: .between(0, 1), "confidence level of intervals"),
        .integer("seed", default: 1, in: 0..., "seed of the resamples"),
    ]

    /// What examples belong to, where they are not independent; read with ``Call/clusters()``.
    static let clusters = Parameter.list(
        "clusters", of: .integer, optional: true,
        "what each value belongs to, such as its user; clusters are resampled whole")
}

extension Call {
    /// The bootstrap that the script asked for.
    ///
    /// - Throws: ``StatisticsError`` for options out of range.
    func bootstrap() throws -> Bootstrap {
        try Bootstrap(
            resamples: integer("resamples"), level: number("level"), seed: UInt64(integer("seed")))
    }

    /// What each value belongs to; `nil` when values are independent.
    ///
    /// - Throws: ``LuaError`` for a number that no user or cluster can have.
    func clusters() throws -> [Int32]? {
        try has("clusters") ? integers32("clusters") : nil
    }

    /// Whole numbers that tell users or clusters apart.
    ///
    /// - Throws: ``LuaError`` for a number of more than 32 bits.
    func integers32(_ name: String) throws -> [Int32] {
        try integers(name).enumerated().map { place, number in
            guard let number = Int32(exactly: number) else {
                throw LuaError(
                    "\(name)[\(place + 1)] is \(number). Number users and clusters from 1.")
            }
            return number
        }
    }
}

extension Interval {
    /// Both ends as Lua sees them.
    var ends: [Double] { [lower, upper] }
}

extension LuaType {
    /// An interval as ``Interval/ends``.
    static let interval = LuaType.list(.number)
}
