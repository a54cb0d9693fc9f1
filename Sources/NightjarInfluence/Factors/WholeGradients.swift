// The gradients of single examples of a tile as vectors.

import NightjarTensor

/// Writes the gradient of any example of a tile out.
struct WholeGradients {
    private let factors: ExampleFactors
    private let inputs: [Tensor]
    private let tables: [TableGradients]

    /// Prepares a tile.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    init(_ factors: ExampleFactors) throws(TensorError) {
        self.factors = factors
        var inputs: [Tensor] = []
        for group in factors.groups { inputs.append(try group.joinedInputs()) }
        var tables: [TableGradients] = []
        for use in factors.tables { tables.append(try TableGradients(use)) }
        (self.inputs, self.tables) = (inputs, tables)
    }

    /// The gradient of one example; tables have the rows alone that it touches.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func vector(of example: Int) throws(TensorError) -> GradientVector {
        var parts: [SummedGradient] = []
        for (group, inputs) in zip(factors.groups, inputs) {
            let (steps, width) = (group.layout.steps, group.width)
            let matrix = try Tensor(uninitialized: [group.out, width])
            BLAS.multiply(
                group.deltas(of: example).transposed,
                Matrix(inputs.pointer + example * steps * width, steps, width),
                into: Matrix(matrix))
            withExtendedLifetime(inputs) {}
            parts.append(.dense(matrix))
        }
        for table in tables {
            let entries = table.entries(of: example)
            parts.append(.rows(Array(table.ids[entries]), try table.rows.rows(entries)))
        }
        for shared in factors.shared {
            let value = shared.parameter.value
            let matrix = try Tensor(
                repeating: 0, shape: [value.rowCount, value.columnCount])
            for use in shared.uses { use.addGradient(of: example, to: matrix.pointer) }
            parts.append(.dense(matrix))
        }
        return GradientVector(parts: parts)
    }
}
