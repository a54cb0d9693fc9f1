// A random projection with one entry in each column.

import CKernels
import NightjarRuntime
import NightjarTensor

/// Element (r, k) of a parameter's matrix goes to place (k + s_r) mod d with the sign σ_r·τ_k, where
/// the shifts s and the signs σ, τ are random: a count sketch that is computed row by row.
///
/// Two elements of one row never meet unless the row is longer than d, and two of different rows meet
/// with probability 1/d. Rows of equal shifts meet in all columns at once and with one sign, which
/// adds up to as much again to the variance of a count sketch, about
/// (‖g‖²‖g′‖² + (g·g′)² + Σ_{r≠s} [(g_r·g′_s)² + (g_r·g′_s)(g_s·g′_r)])/d ≤ 4‖g‖²‖g′‖²/d. A weight's
/// gradient is folded as it is computed and never kept; a table costs its touched rows only.
///
/// Source: M. Charikar, K. Chen and M. Farach-Colton, *Finding frequent items in data streams*, 2002;
/// as a projection, K. Weinberger et al., *Feature hashing for large scale multitask learning*, ICML
/// 2009.
struct SparseProjection: GradientProjector {
    /// Where the elements of one parameter go.
    private struct Places {
        let shifts: [Int32]
        let signs: [Float]
        let flips: [Float]

        init(_ parameter: Parameter, dimension: Int, _ stream: RandomStream) {
            var stream = stream.split(parameter.name)
            let (rows, columns) = (parameter.value.rowCount, parameter.value.columnCount)
            shifts = (0..<rows).map { _ in Int32(truncatingIfNeeded: stream.below(dimension)) }
            signs = (0..<rows).map { _ in stream.bernoulli(0.5) ? 1 : -1 }
            flips = (0..<columns).map { _ in stream.bernoulli(0.5) ? 1 : -1 }
        }
    }

    private let dimension: Int
    private let places: [String: Places]

    init(_ projection: GradientProjection, _ parameters: [Parameter]) throws {
        let stream = RandomStream(seed: projection.seed, "sparse projection")
        dimension = projection.dimension
        var places: [String: Places] = [:]
        for parameter in parameters {
            try Interruption.check()
            places[parameter.name] = Places(parameter, dimension: dimension, stream)
        }
        self.places = places
    }

    func add(_ use: ParameterUse, to features: Tensor) throws(TensorError) {
        guard let places = places[use.parameter.name] else { return }
        let layout = use.layout
        let blocks = max(1, min(64, layout.examples / 4))
        try Workers.tryRun(blocks) { block throws(TensorError) in
            let examples = Slices.range(block, of: blocks, over: layout.examples)
            let scratch = try Scratch(use)
            for example in examples {
                let folded = features.pointer + example * dimension
                places.shifts.withUnsafeBufferPointer { shifts in
                    places.signs.withUnsafeBufferPointer { signs in
                        places.flips.withUnsafeBufferPointer { flips in
                            let folding = nj_folding(
                                size: dimension, shifts: shifts.baseAddress,
                                signs: signs.baseAddress, flips: flips.baseAddress)
                            scratch.fold(example, folding, to: folded)
                        }
                    }
                }
            }
        }
        withExtendedLifetime(features) {}
    }

    /// Room for what one thread folds.
    private struct Scratch {
        let use: ParameterUse
        private let inputs: Tensor
        private let deltas: Tensor
        private let rows: Tensor

        init(_ use: ParameterUse) throws(TensorError) {
            self.use = use
            guard case .linear(_, let input, let deltas, let layout) = use else {
                inputs = try Tensor(uninitialized: [0])
                (self.deltas, rows) = (inputs, inputs)
                return
            }
            inputs = try Tensor(uninitialized: [layout.steps, input.width])
            self.deltas = try Tensor(uninitialized: [layout.steps, deltas.columnCount])
            rows = try Tensor(uninitialized: [4, input.width])
        }

        /// Adds the gradient of one example.
        func fold(
            _ example: Int, _ folding: nj_folding, to folded: UnsafeMutablePointer<Float>
        ) {
            let layout = use.layout
            let first = layout.firstRow(of: example)
            switch use {
            case .linear(_, let input, let deltas, _):
                input.copyRows(of: example, layout, to: inputs.pointer)
                let out = deltas.columnCount
                // Steps can be a power of two apart in memory, where few of them fit a cache.
                nj_copy_matrix(
                    layout.steps, out, deltas.pointer + first * out, layout.rowStride * out, 1,
                    self.deltas.pointer)
                nj_fold_outer_sums(
                    folding, layout.steps, out, input.width, self.deltas.pointer, inputs.pointer,
                    rows.pointer, folded)
            case .gather(_, let ids, let deltas, _):
                let width = deltas.columnCount
                ids.withUnsafeBufferPointer { ids in
                    guard let start = ids.baseAddress else { return }
                    nj_fold_chosen_rows(
                        folding, layout.steps, width, deltas.pointer + first * width,
                        layout.rowStride * width, start + first, layout.rowStride, folded)
                }
            case .direct(let parameter, let deltas, _):
                let (rows, columns) = (parameter.value.rowCount, parameter.value.columnCount)
                for step in 0..<layout.steps {
                    let row = first + step * layout.rowStride
                    nj_fold_rows(
                        folding, 0, rows, columns, deltas.pointer + row * deltas.columnCount,
                        folded)
                }
            }
            withExtendedLifetime((inputs, deltas, rows)) {}
        }
    }
}
