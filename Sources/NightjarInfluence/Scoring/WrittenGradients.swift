// Gradients of recurrent weights written out, arranged for products.

import CKernels
import NightjarRuntime
import NightjarTensor

/// The gradients Σ_t δ_tᵀ z_t of a tile of examples, which are written out piece by piece.
///
/// A piece is some rows of the gradient, short enough for a panel of examples to stay in a cache while
/// it is written and arranged. The biases' part, n constants of 1 for n of them, is a piece of its
/// own: √n·Σ_t δ_t.
struct WrittenGradients {
    /// Columns of δ that a piece is made of.
    enum Piece: Equatable {
        case weights(Range<Int>)
        case biases(Range<Int>)
    }

    /// Floats of one example in a piece, where a row of the gradient is not longer: some passes of
    /// the products' inner loop.
    private static let pieceLength = 3072
    /// Examples that are written before they are arranged.
    private static let panel = LineOperand.group

    private let group: FactorGroup
    private let inputs: Tensor
    /// The pieces, the same for all examples of one model.
    let pieces: [Piece]

    var examples: Int { group.layout.examples }

    init(_ group: FactorGroup) throws(TensorError) {
        self.group = group
        inputs = try group.joinedInputs()
        pieces = Self.pieces(
            out: group.out, weights: group.weightWidth, hasBiases: !group.biases.isEmpty)
    }

    /// Cuts a gradient of `out` rows, each of `weights` numbers besides a bias.
    static func pieces(out: Int, weights: Int, hasBiases: Bool) -> [Piece] {
        func cut(_ width: Int) -> [Range<Int>] {
            guard width > 0 else { return [] }
            // δ is read in cache lines of 16 floats, and rows are written four at a time.
            let most = max(1, pieceLength / width)
            let size = most >= 16 ? most & ~15 : most >= 4 ? most & ~3 : most
            return stride(from: 0, to: out, by: size).map { $0..<min(out, $0 + size) }
        }
        return cut(weights).map(Piece.weights) + (hasBiases ? cut(1).map(Piece.biases) : [])
    }

    /// Floats of one example in a piece.
    func length(of piece: Piece) -> Int {
        Self.length(of: piece, weights: group.weightWidth)
    }

    static func length(of piece: Piece, weights: Int) -> Int {
        switch piece {
        case .weights(let columns): columns.count * weights
        case .biases(let columns): columns.count
        }
    }

    /// Memory for one panel of examples as it is written, and for one example's columns of δ.
    func scratch() throws(TensorError) -> Tensor {
        try Tensor(uninitialized: [
            Self.panel * (pieces.map(length).max() ?? 0) + group.layout.steps * group.out
        ])
    }

    /// Writes a piece of some examples and puts it into an operand, from its first line on.
    func write(
        _ piece: Piece, of some: Range<Int>, to operand: LineOperand, scratch: Tensor
    ) {
        let length = length(of: piece)
        let deltas = scratch.pointer + scratch.count - group.layout.steps * group.out
        for first in stride(from: some.lowerBound, to: some.upperBound, by: Self.panel) {
            let panel = first..<min(first + Self.panel, some.upperBound)
            for example in panel {
                write(
                    piece, of: example, to: scratch.pointer + (example - first) * length,
                    deltas: deltas)
            }
            operand.put(Matrix(scratch.pointer, panel.count, length), at: first - some.lowerBound)
        }
    }

    /// All pieces of all examples as right operands of products.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func operands() throws(TensorError) -> [LineOperand] {
        var operands: [LineOperand] = []
        for piece in pieces {
            operands.append(
                try LineOperand(lines: examples, inner: length(of: piece), as: .right))
        }
        let written = operands
        try Workers.tryRun(pieces.count) { index throws(TensorError) in
            write(pieces[index], of: 0..<examples, to: written[index], scratch: try scratch())
        }
        return operands
    }

    /// Bytes of one target's gradient as part of the operands.
    static func bytesPerTarget(out: Int, weights: Int, hasBiases: Bool) -> Int {
        let panel = Self.panel
        return pieces(out: out, weights: weights, hasBiases: hasBiases).reduce(0) { sum, piece in
            let inner = length(of: piece, weights: weights)
            return sum + LineOperand.bytes(lines: panel, inner: inner) / panel
        }
    }

    /// Writes a piece of one example; `deltas` is room for its columns of δ.
    private func write(
        _ piece: Piece, of example: Int, to target: UnsafeMutablePointer<Float>,
        deltas: UnsafeMutablePointer<Float>
    ) {
        let layout = group.layout
        let rows = inputs.pointer + example * layout.steps * group.width
        let (columns, first, width) =
            switch piece {
            case .weights(let columns): (columns, 0, group.weightWidth)
            // The last number of each input is the biases' constant.
            case .biases(let columns): (columns, group.weightWidth, 1)
            }
        // Steps can be a power of two apart in memory, where few of them fit a cache at a time.
        nj_copy_matrix(
            layout.steps, columns.count,
            group.deltas.pointer + layout.firstRow(of: example) * group.out + columns.lowerBound,
            layout.rowStride * group.out, 1, deltas)
        nj_outer_sums(
            layout.steps, columns.count, width, deltas, columns.count, rows + first, group.width,
            target)
    }
}
