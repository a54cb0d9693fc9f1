// Inputs and summaries that another program can make too.

@testable import NightjarTensor

#if canImport(Glibc)
    import Glibc
#endif

/// scale · sin(0.9·k + number) for element k.
func sines(_ number: Int, _ shape: [Int], scale: Double = 0.5) throws -> Tensor {
    let count = shape.reduce(1, *)
    return try tensor((0..<count).map { scale * sin(0.9 * Double($0) + Double(number)) }, shape)
}

/// Σ x_k · cos(k).
func probe(_ x: Tensor?) -> Double {
    (x?.doubles ?? [.nan]).enumerated().reduce(0) { $0 + $1.element * cos(Double($1.offset)) }
}
