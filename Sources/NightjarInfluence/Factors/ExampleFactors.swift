// The gradients of a tile of examples in factored form, ordered for dot products.

import NightjarRuntime
import NightjarTensor

/// Uses of parameters that share one output gradient δ: y = z·Wᵀ with z the joined inputs.
///
/// A bias is a weight on a constant input, and two biases of one layer are two such inputs. In a dot
/// product of gradients n equal constants count n times, which one constant √n does as well.
struct FactorGroup {
    /// δ, shape `[rows, out]`.
    let deltas: Tensor
    let layout: RowLayout
    /// Weights and the rows that each was applied to.
    var inputs: [(parameter: Parameter, rows: FactorInput)] = []
    /// Parameters that δ belongs to directly.
    var biases: [Parameter] = []

    /// Number of columns of δ.
    var out: Int { deltas.columnCount }
    /// Length of a row of z.
    var width: Int { weightWidth + (biases.isEmpty ? 0 : 1) }
    /// Length of a row of z without the biases' constant, which is its last number.
    var weightWidth: Int { inputs.reduce(0) { $0 + $1.rows.width } }
    /// The names of the parameters, joined.
    var name: String {
        (inputs.map(\.parameter.name) + biases.map(\.name)).joined(separator: " + ")
    }

    /// The rows z of all examples, `[examples][steps][width]`, whatever the layout of δ.
    func joinedInputs() throws(TensorError) -> Tensor {
        let (examples, steps, width) = (layout.examples, layout.steps, width)
        let result = try Tensor(uninitialized: [examples, steps, width])
        let constant = Float(biases.count).squareRoot()
        let blocks = max(1, min(64, examples / 64))
        Workers.run(blocks) { block in
            for example in Slices.range(block, of: blocks, over: examples) {
                for step in 0..<steps {
                    let row = layout.firstRow(of: example) + step * layout.rowStride
                    join(row, constant, to: result.pointer + (example * steps + step) * width)
                }
            }
        }
        return result
    }

    private func join(_ row: Int, _ constant: Float, to joined: UnsafeMutablePointer<Float>) {
        var target = joined
        for (_, rows) in inputs {
            target.update(from: rows.start(ofRow: row), count: rows.width)
            target += rows.width
        }
        if !biases.isEmpty { target.pointee = constant }
    }

    /// δ of one example as a matrix `[steps, out]`.
    func deltas(of example: Int) -> Matrix {
        Matrix(
            deltas.pointer + layout.firstRow(of: example) * out, layout.steps, out,
            stride: layout.rowStride * out)
    }

    /// δ of one step as a matrix `[examples, out]`.
    func deltas(ofStep step: Int) -> Matrix {
        Matrix(
            deltas.pointer + step * layout.rowStride * out, layout.examples, out,
            stride: layout.firstRow(of: 1) * out)
    }
}

/// One use of a table: each row of `deltas` belongs to the table row `ids[row]`, -1 for none.
struct TableUse {
    let table: Parameter
    let ids: [Int32]
    let deltas: Tensor
    let layout: RowLayout
}

/// A parameter that enters a model in several places: its gradient is the sum over all of them.
struct SharedParameter {
    let parameter: Parameter
    var uses: [ParameterUse]
}

/// Everything that a backward pass recorded for a tile of examples.
struct ExampleFactors {
    let examples: Int
    private(set) var groups: [FactorGroup] = []
    private(set) var tables: [TableUse] = []
    private(set) var shared: [SharedParameter] = []

    /// Sorts the uses of a tile of examples; their order is the same for every tile of one model.
    init(_ uses: [ParameterUse], examples: Int) {
        self.examples = examples
        var counts: [ObjectIdentifier: Int] = [:]
        for use in uses { counts[ObjectIdentifier(use.parameter), default: 0] += 1 }
        for use in uses {
            let parameter = use.parameter
            if counts[ObjectIdentifier(parameter), default: 0] > 1 {
                if let index = shared.firstIndex(where: { $0.parameter === parameter }) {
                    shared[index].uses.append(use)
                } else {
                    shared.append(SharedParameter(parameter: parameter, uses: [use]))
                }
                continue
            }
            switch use {
            case .linear(_, let inputs, let deltas, let layout):
                let index = group(deltas, layout)
                groups[index].inputs.append((parameter, inputs))
            case .direct(_, let deltas, let layout):
                let index = group(deltas, layout)
                groups[index].biases.append(parameter)
            case .gather(_, let ids, let deltas, let layout):
                tables.append(TableUse(table: parameter, ids: ids, deltas: deltas, layout: layout))
            }
        }
    }

    /// The group with this δ, made when there is none yet.
    private mutating func group(_ deltas: Tensor, _ layout: RowLayout) -> Int {
        if let index = groups.firstIndex(where: {
            $0.deltas.sharesMemory(with: deltas) && $0.layout == layout
        }) {
            return index
        }
        groups.append(FactorGroup(deltas: deltas, layout: layout))
        return groups.count - 1
    }
}
