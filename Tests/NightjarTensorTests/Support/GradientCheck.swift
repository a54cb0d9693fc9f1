// Judges operations by formulas in double precision and by central differences through them.

import NightjarRuntime
import Testing

@testable import NightjarTensor

/// An operation with the formula that it should compute.
struct GradientCheck {
    /// Shapes of the inputs.
    let shapes: [[Int]]
    /// The inputs lie between these numbers.
    var low = -2.0
    var high = 2.0
    /// Largest error allowed, relative to the largest element.
    var tolerance = 2e-5
    /// The formula, in double precision.
    let reference: ([[Double]]) -> [Double]
    /// The operation.
    let operation: (Tape, [Variable]) throws -> Variable

    /// Checks value and gradients.
    func run(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let inputs = shapes.enumerated().map {
            sample($1, "input \($0) of shape \($1)", low: low, high: high)
        }
        let tensors = try zip(inputs, shapes).map { try tensor($0, $1) }

        let tape = Tape(GradientSum())
        let variables = tensors.map { tape.input($0) }
        let output = try operation(tape, variables)
        let expected = reference(inputs)
        #expect(
            difference(output.value.doubles, expected) < tolerance, "value",
            sourceLocation: sourceLocation)

        let silent = Tape()
        let plain = try operation(silent, tensors.map { silent.input($0) })
        #expect(!plain.needsGradient, "history without a sink", sourceLocation: sourceLocation)
        #expect(
            plain.value.bits == output.value.bits, "value without a sink",
            sourceLocation: sourceLocation)

        let weights = sample(output.value.shape, "upstream", low: 0.5, high: 1.5)
        try tape.backward(
            from: tape.weightedSum(output, tensor(weights, output.value.shape)))
        for index in inputs.indices {
            let slopes = centralDifferences(inputs, index, weights)
            let found = variables[index].gradient?.doubles
            #expect(
                difference(found ?? slopes.map { _ in 0 }, slopes) < tolerance,
                "gradient of input \(index)", sourceLocation: sourceLocation)
        }
    }

    private func centralDifferences(
        _ inputs: [[Double]], _ index: Int, _ weights: [Double]
    ) -> [Double] {
        let step = 1e-5
        return inputs[index].indices.map { element in
            let sides = [step, -step].map { change in
                var moved = inputs
                moved[index][element] += change
                return zip(reference(moved), weights).reduce(0) { $0 + $1.0 * $1.1 }
            }
            return (sides[0] - sides[1]) / (2 * step)
        }
    }
}
