// Tensors of random numbers.

import NightjarRuntime

extension Tensor {
    /// A tensor of draws from the normal distribution.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public static func normal(
        _ shape: [Int], mean: Float = 0, deviation: Float = 1, _ stream: inout RandomStream
    ) throws -> Tensor {
        try drawn(shape) { mean + deviation * Float(stream.normal()) }
    }

    /// A tensor of draws from the uniform distribution on `low ..< high`.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public static func uniform(
        _ shape: [Int], low: Float = 0, high: Float = 1, _ stream: inout RandomStream
    ) throws -> Tensor {
        try drawn(shape) { low + (high - low) * Float(stream.uniform()) }
    }

    private static let drawsBetweenChecks = 1 << 16

    /// A tensor whose elements come from `draw`, one after the other.
    @inline(__always)
    private static func drawn(_ shape: [Int], _ draw: () -> Float) throws -> Tensor {
        let result = try Tensor(uninitialized: shape)
        for start in stride(from: 0, to: result.count, by: drawsBetweenChecks) {
            try Interruption.check()
            for index in start..<min(start + drawsBetweenChecks, result.count) {
                result.pointer[index] = draw()
            }
        }
        return result
    }
}
