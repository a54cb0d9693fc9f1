// A random projection with independent signs everywhere.

import CKernels
import NightjarRuntime
import NightjarTensor

/// φ = P·g with independent entries ±1/√d, which are drawn anew for each tile and never kept.
///
/// Costs 2·d operations for each number of a gradient. The reference that the others are judged by.
///
/// Source: D. Achlioptas, *Database-friendly random projections*, JCSS 2003.
struct DenseProjection: GradientProjector {
    private let dimension: Int
    private let stream: RandomStream

    /// Numbers of a gradient that are projected at a time.
    private static let block = 512

    init(_ projection: GradientProjection) {
        dimension = projection.dimension
        stream = RandomStream(seed: projection.seed, "dense projection")
    }

    func add(_ use: ParameterUse, to features: Tensor) throws(TensorError) {
        switch use {
        case .linear(_, let input, let deltas, let layout):
            try addLinear(use.parameter, input, deltas, layout, to: features)
        case .gather(_, let ids, let deltas, let layout):
            try addGathered(use.parameter, ids, deltas, layout, to: features)
        case .direct(_, let deltas, let layout):
            let sums = try Tensor(repeating: 0, shape: [layout.examples, deltas.columnCount])
            for example in 0..<layout.examples {
                use.addGradient(of: example, to: sums.pointer + example * sums.columnCount)
            }
            for first in stride(from: 0, to: sums.columnCount, by: Self.block) {
                let range = first..<min(first + Self.block, sums.columnCount)
                let signs = try signs(use.parameter, range)
                BLAS.multiplyInParallel(
                    Matrix(sums).columns(range), Matrix(signs), into: Matrix(features), adds: true)
                withExtendedLifetime((sums, signs, features)) {}
            }
        }
    }

    private func addLinear(
        _ parameter: Parameter, _ input: FactorInput, _ deltas: Tensor, _ layout: RowLayout,
        to features: Tensor
    ) throws(TensorError) {
        let (out, width, steps) = (deltas.columnCount, input.width, layout.steps)
        let inputs = try Tensor(uninitialized: [layout.examples, steps, width])
        for example in 0..<layout.examples {
            input.copyRows(of: example, layout, to: inputs.pointer + example * steps * width)
        }
        let rows = max(1, Self.block / max(1, width))
        for first in stride(from: 0, to: out, by: rows) {
            let range = first..<min(first + rows, out)
            let written = try Tensor(uninitialized: [layout.examples, range.count * width])
            let blocks = max(1, min(64, layout.examples / 16))
            Workers.run(blocks) { block in
                for example in Slices.range(block, of: blocks, over: layout.examples) {
                    nj_outer_sums(
                        steps, range.count, width,
                        deltas.pointer + layout.firstRow(of: example) * out + first,
                        layout.rowStride * out, inputs.pointer + example * steps * width, width,
                        written.pointer + example * written.columnCount)
                }
            }
            let elements = range.lowerBound * width..<range.upperBound * width
            let signs = try signs(parameter, elements)
            BLAS.multiplyInParallel(
                Matrix(written), Matrix(signs), into: Matrix(features), adds: true)
            withExtendedLifetime((written, signs, features, deltas, inputs)) {}
        }
    }

    private func addGathered(
        _ table: Parameter, _ ids: [Int32], _ deltas: Tensor, _ layout: RowLayout,
        to features: Tensor
    ) throws(TensorError) {
        let width = deltas.columnCount
        let groups = RowGroups(ids)
        for (group, id) in groups.ids.enumerated() where id >= 0 {
            let members = Array(
                groups.members[Int(groups.starts[group])..<Int(groups.starts[group + 1])])
            let elements = Int(id) * width..<(Int(id) + 1) * width
            let signs = try signs(table, elements)
            let products = try Tensor(uninitialized: [members.count, dimension])
            let rows = try deltas.gatheringRows(members)
            BLAS.multiplyInParallel(Matrix(rows), Matrix(signs), into: Matrix(products))
            for (place, row) in members.enumerated() {
                nj_axpy(
                    dimension, 1, products.pointer + place * dimension,
                    features.pointer + layout.example(ofRow: Int(row)) * dimension)
            }
            withExtendedLifetime((rows, signs, products, features)) {}
        }
    }

    /// The columns of P for some elements of a parameter, transposed: shape `[elements, d]`.
    private func signs(
        _ parameter: Parameter, _ elements: Range<Int>
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: [elements.count, dimension])
        let key = stream.split(parameter.name).state.key
        let words = UInt64((dimension + 63) / 64)
        let entry = 1 / Float(dimension).squareRoot()
        Workers.run(elements.count) { place in
            let element = UInt64(elements.lowerBound + place)
            // A stream is a counter: each element's signs stand at a place of their own.
            var stream = RandomStream(.init(key: key, drawn: element &* words))
            let row = result.pointer + place * dimension
            for first in Swift.stride(from: 0, to: dimension, by: 64) {
                var bits = stream.next()
                for column in first..<min(first + 64, dimension) {
                    row[column] = bits & 1 == 0 ? entry : -entry
                    bits >>= 1
                }
            }
        }
        return result
    }
}
