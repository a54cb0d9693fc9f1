// The gradients of the examples that influence is asked about, ready for many dot products.

import CKernels
import NightjarRuntime
import NightjarTensor

/// The target side of a pairwise scoring at one checkpoint.
///
/// Each group of factors is kept in the form whose dot products cost least:
///
/// - one step (output layers): δ and z themselves, dot = (δ·δ′)(z·z′);
/// - several steps (recurrent weights): Σ_t δ_tᵀ z_t written out, cut into pieces of its rows, so that
///   a piece of many training examples fits in a cache while it is multiplied;
/// - tables: rows grouped by id, so that only rows of the same id meet.
struct PreparedTargets {
    /// One group of the model with the target gradients.
    enum Group {
        case factored(deltas: Tensor, inputs: Tensor)
        case writtenOut(pieces: [Tensor])
    }

    /// Rows of one table's gradients, ordered by id.
    struct Table {
        /// `rows` of id `i` stand at `starts[i] ..< starts[i + 1]`.
        let starts: [Int32]
        let rows: Tensor
        /// Which target each row belongs to.
        let owners: [Int32]
    }

    let count: Int
    private(set) var groups: [Group] = []
    private(set) var tables: [Table] = []
    private(set) var shared: [Tensor] = []

    /// Floats of one example in a piece of a written-out gradient.
    static let pieceLength = 2560

    /// How many rows of a `[out, width]` gradient make a piece: a multiple of the four that are
    /// written out together, where there is room for four.
    static func rowsInPiece(width: Int) -> Int {
        let rows = max(1, pieceLength / max(1, width))
        return rows < 4 ? rows : rows & ~3
    }

    /// How many pieces a `[out, width]` gradient is cut into.
    static func pieceCount(out: Int, width: Int) -> Int {
        let rows = rowsInPiece(width: width)
        return (out + rows - 1) / rows
    }

    /// Prepares the factors of all targets.
    init(_ factors: ExampleFactors) throws(TensorError) {
        count = factors.examples
        for group in factors.groups {
            let inputs = try group.joinedInputs()
            if group.layout.steps == 1 {
                groups.append(
                    .factored(
                        deltas: group.deltas,
                        inputs: try inputs.reshaped([count, group.width])))
                continue
            }
            var pieces: [Tensor] = []
            for piece in 0..<Self.pieceCount(out: group.out, width: group.width) {
                let columns = group.columns(ofPiece: piece)
                pieces.append(try Tensor(uninitialized: [count, columns.count * group.width]))
            }
            let written = pieces
            Workers.run(pieces.count) { piece in
                group.writeOut(piece: piece, 0..<count, inputs, to: written[piece].pointer)
            }
            groups.append(.writtenOut(pieces: pieces))
        }
        for use in factors.tables { tables.append(try Table(use)) }
        for parameter in factors.shared {
            shared.append(try parameter.gradients(count))
        }
    }
}

extension FactorGroup {
    /// The columns of δ, which are rows of the gradient, that a piece holds.
    func columns(ofPiece piece: Int) -> Range<Int> {
        let size = PreparedTargets.rowsInPiece(width: width)
        return piece * size..<min(out, (piece + 1) * size)
    }

    /// Writes Σ_t δ_tᵀ z_t of some examples for the rows of one piece: `[examples, rows·width]`.
    func writeOut(
        piece: Int, _ examples: Range<Int>, _ joined: Tensor,
        to target: UnsafeMutablePointer<Float>
    ) {
        let columns = columns(ofPiece: piece)
        let size = columns.count * width
        for (place, example) in examples.enumerated() {
            nj_outer_sums(
                layout.steps, columns.count, width,
                deltas.pointer + layout.firstRow(of: example) * out + columns.lowerBound,
                layout.rowStride * out, joined.pointer + example * layout.steps * width,
                target + place * size)
        }
    }
}

extension PreparedTargets.Table {
    /// Sorts the rows of a table's gradients by id, leaving padding out.
    init(_ use: TableUse) throws(TensorError) {
        let limit = use.table.value.rowCount
        var starts = [Int32](repeating: 0, count: limit + 1)
        for id in use.ids where id >= 0 { starts[Int(id) + 1] += 1 }
        for id in 0..<limit { starts[id + 1] += starts[id] }
        var next = starts
        var order = [Int32](repeating: 0, count: Int(starts[limit]))
        for (row, id) in use.ids.enumerated() where id >= 0 {
            order[Int(next[Int(id)])] = Int32(row)
            next[Int(id)] += 1
        }
        self.starts = starts
        rows = try use.deltas.gatheringRows(order)
        owners = order.map { Int32(use.layout.example(ofRow: Int($0))) }
    }
}

extension RowLayout {
    /// The example that a row belongs to.
    func example(ofRow row: Int) -> Int { isTimeMajor ? row % examples : row / steps }
}

extension SharedParameter {
    /// The whole gradients of the first `count` examples, shape `[count, elements]`.
    func gradients(_ count: Int) throws(TensorError) -> Tensor {
        let size = parameter.value.count
        let result = try Tensor(repeating: 0, shape: [count, size])
        Workers.run(count) { example in
            for use in uses { use.addGradient(of: example, to: result.pointer + example * size) }
        }
        return result
    }
}
