// Tensors of random numbers.

import NightjarRuntime

extension Tensor {
    /// A tensor of draws from the normal distribution.
    ///
    /// - Throws: ``TensorError``.
    public static func normal(
        _ shape: [Int], mean: Float = 0, deviation: Float = 1, _ stream: inout RandomStream
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        for index in 0..<result.count {
            result.pointer[index] = mean + deviation * Float(stream.normal())
        }
        return result
    }

    /// A tensor of draws from the uniform distribution on `low ..< high`.
    ///
    /// - Throws: ``TensorError``.
    public static func uniform(
        _ shape: [Int], low: Float = 0, high: Float = 1, _ stream: inout RandomStream
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        for index in 0..<result.count {
            result.pointer[index] = low + (high - low) * Float(stream.uniform())
        }
        return result
    }
}
