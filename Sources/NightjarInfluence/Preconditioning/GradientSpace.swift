// The coordinates in which gradients are kept when they are not kept as factors.

import CKernels
import NightjarRuntime
import NightjarTensor

/// One block of parameters and the matrix that its gradient is.
///
/// Blocks follow the factors of examples: weights that share an output gradient are one matrix,
/// because curvature sees them as one linear map.
enum GradientBlock {
    /// Weights applied to joined inputs, and biases; δᵀz with z as in ``FactorGroup``.
    ///
    /// The gradients of n biases of one layer are equal, and one column √n times as long stands for
    /// them: dot products stay what they are.
    case layer(out: Int, weights: [Parameter], biases: [Parameter])
    /// A table whose rows are looked up.
    case table(Parameter)
    /// A parameter that enters the model in several places.
    case shared(Parameter)

    /// Rows and columns of the matrix.
    var size: (rows: Int, columns: Int) {
        switch self {
        case .layer(let out, let weights, let biases):
            (out, weights.reduce(biases.isEmpty ? 0 : 1) { $0 + $1.value.count / max(1, out) })
        case .table(let parameter), .shared(let parameter):
            (parameter.value.rowCount, parameter.value.columnCount)
        }
    }

    /// The parameters of the block.
    var parameters: [Parameter] {
        switch self {
        case .layer(_, let weights, let biases): weights + biases
        case .table(let parameter), .shared(let parameter): [parameter]
        }
    }

    /// Their names, joined.
    var name: String { parameters.map(\.name).joined(separator: " + ") }

    /// The matrix whose columns are those of the weights and a share of the sum of the biases.
    fileprivate func joined(
        share: Float, _ values: (Parameter) throws(TensorError) -> Tensor?
    ) throws(TensorError) -> Tensor {
        let (rows, columns) = size
        let joined = try Tensor(repeating: 0, shape: [rows, columns])
        guard case .layer(_, let weights, let biases) = self else { return joined }
        var first = 0
        for weight in weights {
            let width = weight.value.count / max(1, rows)
            if let own = try values(weight) {
                for row in 0..<rows {
                    (joined.pointer + row * columns + first)
                        .update(from: own.pointer + row * width, count: width)
                }
                withExtendedLifetime(own) {}
            }
            first += width
        }
        for bias in biases {
            guard let own = try values(bias) else { continue }
            for row in 0..<rows {
                joined.pointer[row * columns + first] += share * own.pointer[row]
            }
            withExtendedLifetime(own) {}
        }
        return joined
    }
}

/// The blocks of a model's gradients, in the order of the factors of its examples.
struct GradientSpace {
    let blocks: [GradientBlock]

    /// The space of the gradients that factors like these stand for.
    init(_ factors: ExampleFactors) {
        blocks =
            factors.groups.map {
                .layer(out: $0.out, weights: $0.inputs.map(\.parameter), biases: $0.biases)
            } + factors.tables.map { .table($0.table) }
            + factors.shared.map { .shared($0.parameter) }
    }

    /// Number of values of a gradient.
    var dimension: Int { blocks.reduce(0) { $0 + $1.size.rows * $1.size.columns } }

    /// Refuses factors that other parameters, or the same ones in other places, have made.
    ///
    /// - Throws: ``InfluenceError/otherStructure(_:_:)``.
    func check(_ factors: ExampleFactors) throws(InfluenceError) {
        let (own, other) = (blocks, GradientSpace(factors).blocks)
        let isSame =
            own.count == other.count
            && zip(own, other).allSatisfy {
                $0.size == $1.size
                    && $0.parameters.elementsEqual($1.parameters) { $0 === $1 }
            }
        guard isSame else {
            throw .otherStructure(own.map(\.name), other.map(\.name))
        }
    }

    /// A gradient of zeros.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func zero() throws(TensorError) -> GradientVector {
        var parts: [SummedGradient] = []
        for block in blocks {
            let (rows, columns) = block.size
            parts.append(.dense(try Tensor(repeating: 0, shape: [rows, columns])))
        }
        return GradientVector(parts: parts)
    }

    /// The sum of a backward pass.
    ///
    /// - Throws: ``TensorError``.
    func vector(_ sum: GradientSum) throws(TensorError) -> GradientVector {
        var parts: [SummedGradient] = []
        for block in blocks {
            let (rows, columns) = block.size
            switch block {
            case .table(let parameter), .shared(let parameter):
                switch sum[parameter] {
                case .rows(let ids, let values): parts.append(.rows(ids, values))
                case .dense(let values):
                    parts.append(.dense(try values.reshaped([rows, columns])))
                case nil:
                    parts.append(.dense(try Tensor(repeating: 0, shape: [rows, columns])))
                }
            case .layer(_, _, let biases):
                let share = 1 / Float(max(1, biases.count)).squareRoot()
                let joined = try block.joined(share: share) { parameter throws(TensorError) in
                    try sum[parameter]?.dense(like: parameter.value)
                }
                parts.append(.dense(joined))
            }
        }
        return GradientVector(parts: parts)
    }

    /// A diagonal map of the parameters, given by parameter, as one matrix for each block.
    ///
    /// The mean of a layer's biases stands for them, which is the same to gradients that are equal.
    ///
    /// - Throws: ``TensorError``.
    func diagonal(
        _ values: [ObjectIdentifier: Tensor]
    ) throws(TensorError) -> [Tensor] {
        var result: [Tensor] = []
        for block in blocks {
            guard case .layer(_, _, let biases) = block else {
                let (rows, columns) = block.size
                for parameter in block.parameters {
                    if let own = values[ObjectIdentifier(parameter)] {
                        result.append(try own.reshaped([rows, columns]))
                    }
                }
                continue
            }
            result.append(
                try block.joined(share: 1 / Float(max(1, biases.count))) {
                    values[ObjectIdentifier($0)]
                })
        }
        return result
    }

    /// The parts of a vector by parameter, each with its parameter's shape.
    ///
    /// - Throws: ``TensorError``.
    func tensors(_ vector: GradientVector) throws(TensorError) -> [ObjectIdentifier: Tensor] {
        var tensors: [ObjectIdentifier: Tensor] = [:]
        for (block, part) in zip(blocks, vector.parts) {
            switch block {
            case .table(let parameter), .shared(let parameter):
                tensors[ObjectIdentifier(parameter)] = try part.dense(like: parameter.value)
            case .layer(let rows, let weights, let biases):
                let columns = block.size.columns
                let matrix = try part.matrix(block)
                var first = 0
                for weight in weights {
                    let width = weight.value.count / max(1, rows)
                    let own = try Tensor(uninitialized: weight.value.shape)
                    nj_copy_matrix(rows, width, matrix.pointer + first, columns, 1, own.pointer)
                    tensors[ObjectIdentifier(weight)] = own
                    first += width
                }
                let share = 1 / Float(max(1, biases.count)).squareRoot()
                for bias in biases {
                    let own = try Tensor(uninitialized: bias.value.shape)
                    for row in 0..<rows {
                        own.pointer[row] = share * matrix.pointer[row * columns + first]
                    }
                    tensors[ObjectIdentifier(bias)] = own
                }
                withExtendedLifetime(matrix) {}
            }
        }
        return tensors
    }

    /// A scorer of examples by their dot products with a vector.
    ///
    /// - Throws: ``TensorError``.
    func scorer(_ vector: GradientVector) throws(TensorError) -> TotalScorer {
        TotalScorer(gradient: try tensors(vector))
    }
}
