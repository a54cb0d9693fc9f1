// Exact gradients of formulas in double precision, one number at a time.

#if canImport(Glibc)
    import Glibc
#endif

/// Records a formula over numbers and differentiates it backwards, to judge operations whose
/// gradients were derived by hand.
final class ScalarTape {
    /// A number with at most two numbers that it was computed from, and the slopes by them.
    private struct Node {
        let first: Int
        let firstSlope: Double
        let second: Int
        let secondSlope: Double
    }

    private var nodes: [Node] = []
    fileprivate var values: [Double] = []

    /// A number that nothing was computed from.
    func input(_ value: Double) -> Scalar { record(value, 0, 0, 0, 0) }

    /// Numbers that nothing was computed from.
    func inputs(_ values: [Double]) -> [Scalar] { values.map(input) }

    fileprivate func record(
        _ value: Double, _ first: Int, _ firstSlope: Double, _ second: Int, _ secondSlope: Double
    ) -> Scalar {
        nodes.append(
            Node(
                first: first, firstSlope: firstSlope, second: second, secondSlope: secondSlope))
        values.append(value)
        return Scalar(index: values.count - 1, tape: self)
    }

    /// The slope of Σ weights·outputs by every number of the tape; ask ``Scalar/slope(in:)``.
    func slopes(of outputs: [Scalar], weights: [Double]) -> [Double] {
        var slopes = [Double](repeating: 0, count: nodes.count)
        for (output, weight) in zip(outputs, weights) { slopes[output.index] += weight }
        for (index, node) in nodes.enumerated().reversed() where slopes[index] != 0 {
            // Inputs have slopes of 0 by the first number, which changes nothing.
            slopes[node.first] += slopes[index] * node.firstSlope
            slopes[node.second] += slopes[index] * node.secondSlope
        }
        return slopes
    }
}

/// A number on a tape.
struct Scalar {
    fileprivate let index: Int
    fileprivate unowned let tape: ScalarTape

    var value: Double { tape.values[index] }

    func slope(in slopes: [Double]) -> Double { slopes[index] }

    static func + (x: Scalar, y: Scalar) -> Scalar {
        x.tape.record(x.value + y.value, x.index, 1, y.index, 1)
    }

    static func - (x: Scalar, y: Scalar) -> Scalar {
        x.tape.record(x.value - y.value, x.index, 1, y.index, -1)
    }

    static func * (x: Scalar, y: Scalar) -> Scalar {
        x.tape.record(x.value * y.value, x.index, y.value, y.index, x.value)
    }

    static func sigmoid(_ x: Scalar) -> Scalar {
        let y = 1 / (1 + exp(-x.value))
        return x.tape.record(y, x.index, y * (1 - y), 0, 0)
    }

    static func tanh(_ x: Scalar) -> Scalar {
        let y = Glibc.tanh(x.value)
        return x.tape.record(y, x.index, 1 - y * y, 0, 0)
    }
}
