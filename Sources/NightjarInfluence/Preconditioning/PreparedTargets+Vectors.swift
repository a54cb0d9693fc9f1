// Whole vectors as the targets of pairwise scoring.

import CKernels
import NightjarRuntime
import NightjarTensor

extension PreparedTargets {
    /// Prepares vectors that are no longer factors, such as preconditioned gradients.
    ///
    /// Training gradients are written out to meet them. Tables keep the rows alone that the vectors
    /// have.
    ///
    /// - Parameters:
    ///   - space: the space of the vectors.
    ///   - count: their number.
    ///   - size: how many are made at a time.
    ///   - vectors: gives those in a range.
    /// - Throws: ``TensorError``, what `vectors` throws.
    init(
        _ space: GradientSpace, count: Int, tile size: Int,
        vectors: (Range<Int>) throws -> [GradientVector]
    ) throws {
        var layers: [LayerOperands?] = []
        var tables: [[SummedGradient]] = []
        var shared: [Tensor] = []
        for block in space.blocks {
            switch block {
            case .layer: layers.append(try LayerOperands(block, count: count))
            case .table: tables.append([])
            case .shared:
                let (rows, columns) = block.size
                shared.append(try Tensor(uninitialized: [count, rows * columns]))
            }
        }
        let group = LineOperand.group
        let size = max(group, size / group * group)
        for first in stride(from: 0, to: count, by: size) {
            let panel = first..<min(first + size, count)
            let parts = try vectors(panel).map(\.parts)
            for (index, block) in space.blocks.enumerated() {
                let own = parts.map { $0[index] }
                switch block {
                case .layer:
                    try layers[index]?.put(own.map { try $0.matrix(block) }, at: first)
                case .table: tables[index - layers.count] += own
                case .shared:
                    let place = shared[index - layers.count - tables.count]
                    for (target, part) in zip(panel, own) {
                        let matrix = try part.matrix(block)
                        (place.pointer + target * matrix.count)
                            .update(from: matrix.pointer, count: matrix.count)
                    }
                }
            }
        }
        let blocks = space.blocks.dropFirst(layers.count)
        self.init(
            count: count, groups: layers.compactMap { $0.map { .writtenOut($0.operands) } },
            tables: try zip(blocks, tables).map { try Table($0, $1) }, shared: shared)
    }
}

/// The pieces of a layer's vectors, arranged for products like ``WrittenGradients``.
private struct LayerOperands {
    let operands: [LineOperand]
    private let pieces: [WrittenGradients.Piece]
    private let weightWidth: Int

    init?(_ block: GradientBlock, count: Int) throws(TensorError) {
        guard case .layer(let out, _, let biases) = block else { return nil }
        let weights = block.size.columns - (biases.isEmpty ? 0 : 1)
        pieces = WrittenGradients.pieces(out: out, weights: weights, hasBiases: !biases.isEmpty)
        weightWidth = weights
        var operands: [LineOperand] = []
        for piece in pieces {
            let length = WrittenGradients.length(of: piece, weights: weights)
            operands.append(try LineOperand(lines: count, inner: length, as: .right))
        }
        self.operands = operands
    }

    /// Arranges the matrices of a panel, whose first one is `first` of all.
    func put(_ matrices: [Tensor], at first: Int) throws(TensorError) {
        try Workers.tryRun(pieces.count) { index throws(TensorError) in
            let length = operands[index].inner
            let panel = try Tensor(uninitialized: [matrices.count, length])
            for (place, matrix) in matrices.enumerated() {
                let width = matrix.columnCount
                let (rows, offset, columns) =
                    switch pieces[index] {
                    case .weights(let rows): (rows, 0, weightWidth)
                    case .biases(let rows): (rows, weightWidth, 1)
                    }
                nj_copy_matrix(
                    rows.count, columns, matrix.pointer + rows.lowerBound * width + offset, width,
                    1, panel.pointer + place * length)
            }
            operands[index].put(Matrix(panel), at: first)
            withExtendedLifetime((panel, matrices)) {}
        }
    }
}

extension PreparedTargets.Table {
    /// Sorts the rows of several vectors' table gradients by id.
    fileprivate init(_ block: GradientBlock, _ vectors: [SummedGradient]) throws(TensorError) {
        let (limit, width) = block.size
        let ids = vectors.map { vector in
            switch vector {
            case .rows(let ids, _): ids
            case .dense: (0..<limit).map(Int32.init)
            }
        }
        var starts = [Int32](repeating: 0, count: limit + 1)
        for id in ids.joined() { starts[Int(id) + 1] += 1 }
        for id in 0..<limit { starts[id + 1] += starts[id] }
        var next = starts
        let total = Int(starts[limit])
        let rows = try Tensor(uninitialized: [total, width])
        var owners = [Int32](repeating: 0, count: total)
        for (owner, vector) in vectors.enumerated() {
            let values: Tensor
            switch vector {
            case .rows(_, let own), .dense(let own): values = own
            }
            for (place, id) in ids[owner].enumerated() {
                let target = Int(next[Int(id)])
                next[Int(id)] += 1
                owners[target] = Int32(owner)
                (rows.pointer + target * width)
                    .update(from: values.pointer + place * width, count: width)
            }
            withExtendedLifetime(values) {}
        }
        self.init(starts: starts, rows: rows, owners: owners)
    }
}
