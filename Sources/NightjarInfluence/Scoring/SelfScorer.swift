// The squared length of each example's gradient.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Self-influence of a tile of examples: ‖∇ℓ‖², from factors alone.
enum SelfScorer {
    /// ‖∇ℓ(example)‖² of every example of a tile.
    ///
    /// A group with steps t, s gives Σ_{t,s} (δ_t·δ_s)(z_t·z_s), a product of two small Gram
    /// matrices.
    static func scores(_ factors: ExampleFactors) throws(TensorError) -> [Float] {
        let sums = try Tensor(repeating: 0, shape: [factors.examples])
        for group in factors.groups { try add(group, to: sums) }
        for use in factors.tables { add(use, to: sums) }
        for parameter in factors.shared {
            let own = try parameter.gradients(factors.examples)
            for example in 0..<factors.examples {
                let gradient = own.pointer + example * own.columnCount
                sums.pointer[example] += nj_dot(own.columnCount, gradient, gradient)
            }
        }
        return sums.values
    }

    private static func add(_ group: FactorGroup, to sums: Tensor) throws(TensorError) {
        let inputs = try group.joinedInputs()
        let (steps, width) = (group.layout.steps, group.width)
        let blocks = max(1, min(64, group.layout.examples / 16))
        let grams = try Tensor(uninitialized: [blocks, 2, steps * steps])
        Workers.run(blocks) { block in
            let left = grams.pointer + block * 2 * steps * steps
            let right = left + steps * steps
            for example in Slices.range(block, of: blocks, over: group.layout.examples) {
                let deltas = group.deltas(of: example)
                let rows = Matrix(inputs.pointer + example * steps * width, steps, width)
                BLAS.multiply(deltas, deltas.transposed, into: Matrix(left, steps, steps))
                BLAS.multiply(rows, rows.transposed, into: Matrix(right, steps, steps))
                sums.pointer[example] += nj_dot(steps * steps, left, right)
            }
        }
        withExtendedLifetime((inputs, grams)) {}
    }

    private static func add(_ use: TableUse, to sums: Tensor) {
        let (layout, width) = (use.layout, use.deltas.columnCount)
        let blocks = max(1, min(64, layout.examples / 16))
        Workers.run(blocks) { block in
            for example in Slices.range(block, of: blocks, over: layout.examples) {
                var sum: Float = 0
                for t in 0..<layout.steps {
                    let row = layout.firstRow(of: example) + t * layout.rowStride
                    guard use.ids[row] >= 0 else { continue }
                    let delta = use.deltas.pointer + row * width
                    sum += nj_dot(width, delta, delta)
                    for s in t + 1..<max(t + 1, layout.steps) {
                        let other = layout.firstRow(of: example) + s * layout.rowStride
                        guard use.ids[other] == use.ids[row] else { continue }
                        sum += 2 * nj_dot(width, delta, use.deltas.pointer + other * width)
                    }
                }
                sums.pointer[example] += sum
            }
        }
    }
}
