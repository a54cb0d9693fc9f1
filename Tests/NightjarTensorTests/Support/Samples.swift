// Random inputs for tests, equal in single and double precision.

import NightjarRuntime

@testable import NightjarTensor

/// Numbers between `low` and `high` that a float holds exactly.
func sample(_ shape: [Int], _ name: String, low: Double = -2, high: Double = 2) -> [Double] {
    var stream = RandomStream(seed: 11, name)
    return (0..<shape.reduce(1, *)).map { _ in
        Double(Float(low + (high - low) * stream.uniform()))
    }
}

/// A tensor with the given numbers.
func tensor(_ values: [Double], _ shape: [Int]) throws -> Tensor {
    try Tensor(values.map(Float.init), shape: shape)
}

/// A parameter with random values.
func parameter(_ name: String, _ shape: [Int], scale: Double = 0.5) throws -> Parameter {
    Parameter(name, try tensor(sample(shape, name, low: -scale, high: scale), shape))
}

/// The largest difference between two lists, relative to the largest number of the second.
func difference(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let scale = expected.reduce(1e-2) { max($0, abs($1)) }
    return zip(found, expected).reduce(0) { worst, pair in
        let distance = abs(pair.0 - pair.1) / scale
        return distance <= worst ? worst : distance  // not-a-number is the worst of all
    }
}

extension Tensor {
    /// The elements in double precision.
    var doubles: [Double] { values.map(Double.init) }
    /// The bits of the elements, for equality that tells zeros and not-a-numbers apart.
    var bits: [UInt32] { values.map(\.bitPattern) }
}
