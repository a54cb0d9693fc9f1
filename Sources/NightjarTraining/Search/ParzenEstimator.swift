// The densities of values that did well, and of the others.

import NightjarRuntime

#if canImport(Glibc)
    import Glibc
#endif

/// A density over the values of one parameter, made of the values tried and a prior.
///
/// Numbers: a mixture of normals, cut at the ends of the range, one around each value that was tried
/// and one around the middle with the width of the range. The width of each is the greater distance to
/// its neighbours, at least the range's width over min(100, n + 2), n the number of values. Places of
/// whole numbers get the mass of their step. Choices: counts, one more for each.
///
/// Old values count less: of n > 25 values the newest 25 count 1, the others from 1/n up.
///
/// Source: J. Bergstra, R. Bardenet, Y. Bengio and B. Kégl, *Algorithms for hyper-parameter
/// optimization*, NIPS 2011, section 4; constants as in hyperopt.
struct ParzenEstimator {
    private enum Density {
        case mixture(Mixture)
        case shares([Double])
    }

    private let range: SearchRange
    private let density: Density

    /// - Parameters:
    ///   - range: the parameter's values.
    ///   - coordinates: the values tried, the newest last.
    init(_ range: SearchRange, _ coordinates: [Double]) {
        self.range = range
        let weights = Self.weights(coordinates.count)
        if case .choice(let values) = range {
            var shares = [Double](repeating: 1, count: values.count)
            for (coordinate, weight) in zip(coordinates, weights) {
                shares[Int(coordinate)] += weight
            }
            let total = shares.reduce(0, +)
            density = .shares(shares.map { $0 / total })
        } else {
            density = .mixture(Mixture(coordinates, weights, in: range.coordinates))
        }
    }

    /// What each of n values counts, the newest last.
    static func weights(_ count: Int) -> [Double] {
        let whole = 25
        let ramp = count - whole
        guard ramp > 0 else { return [Double](repeating: 1, count: max(0, count)) }
        let least = 1 / Double(count)
        return (0..<ramp).map { least + (1 - least) * Double($0) / Double(max(1, ramp - 1)) }
            + [Double](repeating: 1, count: whole)
    }

    /// Draws a coordinate.
    func draw(_ stream: inout RandomStream) -> Double {
        switch density {
        case .mixture(let mixture):
            let drawn = mixture.draw(&stream)
            return range.coordinate(of: range.value(at: drawn))
        case .shares(let shares): return Double(stream.place(in: shares))
        }
    }

    /// The logarithm of the density at a coordinate, or of the mass of its step.
    func logDensity(_ coordinate: Double) -> Double {
        switch density {
        case .shares(let shares): log(shares[Int(coordinate)])
        case .mixture(let mixture):
            range.count == nil
                ? log(mixture.density(coordinate))
                : log(mixture.mass(coordinate - 0.5...coordinate + 0.5))
        }
    }
}

/// A mixture of normals cut at the ends of an interval.
private struct Mixture {
    private let bounds: ClosedRange<Double>
    private var weights: [Double]
    private var means: [Double]
    private var deviations: [Double]
    /// How much of the uncut mixture lies between the bounds.
    private var inside = 1.0

    init(_ values: [Double], _ valueWeights: [Double], in bounds: ClosedRange<Double>) {
        self.bounds = bounds
        let width = bounds.upperBound - bounds.lowerBound
        let middle = bounds.lowerBound + width / 2
        // The prior has no place among the values yet; it is marked by its number, the last.
        let order = (0...values.count).sorted { left, right in
            let (a, b) = (left == values.count, right == values.count)
            let (x, y) = (a ? middle : values[left], b ? middle : values[right])
            return x == y ? left < right : x < y
        }
        means = order.map { $0 == values.count ? middle : values[$0] }
        weights = order.map { $0 == values.count ? 1 : valueWeights[$0] }
        let total = weights.reduce(0, +)
        weights = weights.map { $0 / total }
        let least = width / min(100, Double(values.count + 2))
        deviations = []
        for (place, number) in order.enumerated() {
            guard number < values.count, width > 0 else {
                deviations.append(max(width, .leastNormalMagnitude))
                continue
            }
            let before = place > 0 ? means[place] - means[place - 1] : 0
            let after = place + 1 < means.count ? means[place + 1] - means[place] : 0
            // A single value has no neighbour but the prior: half of the width is hyperopt's choice.
            let gap = values.count == 1 ? width / 2 : max(before, after)
            deviations.append(min(max(gap, least), width))
        }
        inside = uncutMass(bounds)
    }

    private func uncutMass(_ interval: ClosedRange<Double>) -> Double {
        var sum = 0.0
        for (weight, (mean, deviation)) in zip(weights, zip(means, deviations)) {
            sum +=
                weight
                * (below((interval.upperBound - mean) / deviation)
                    - below((interval.lowerBound - mean) / deviation))
        }
        return sum
    }

    /// The probability that a standard normal is below z.
    private func below(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    func mass(_ interval: ClosedRange<Double>) -> Double { uncutMass(interval) / inside }

    func density(_ x: Double) -> Double {
        var sum = 0.0
        for (weight, (mean, deviation)) in zip(weights, zip(means, deviations)) {
            let z = (x - mean) / deviation
            sum += weight * exp(-z * z / 2) / (deviation * (2 * Double.pi).squareRoot())
        }
        return sum / inside
    }

    func draw(_ stream: inout RandomStream) -> Double {
        // Every normal has its mean between the bounds and is no wider than they are apart, so a third
        // of the draws or more lie between them.
        for _ in 0..<1000 {
            let place = stream.place(in: weights)
            let x = means[place] + deviations[place] * stream.normal()
            if bounds.contains(x) { return x }
        }
        return bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) / 2
    }
}

extension RandomStream {
    /// Draws a place by its share; shares add up to 1.
    fileprivate mutating func place(in shares: [Double]) -> Int {
        var left = uniform()
        for (place, share) in shares.enumerated() {
            left -= share
            if left < 0 { return place }
        }
        return shares.count - 1
    }
}
