// Softmax over all items for states of several tastes, without the scores of a whole batch.

import CKernels
import NightjarRuntime

extension Tape {
    /// Softmax cross-entropy of the scores of all items, for states of several tastes.
    ///
    /// For row r, loss[r] = log Σ_v e^{s_v} − s_{target[r]} over all items v but padding, with the
    /// scores of ``ItemOutput``, and the total is Σ_r scale[r]·loss[r]. A chunk of rows at a time goes
    /// through the products of its vectors with all items, the scores, their gradients, and the
    /// products back: what is held does not grow with the batch unless factors are wanted.
    ///
    /// - Parameters:
    ///   - states: shape `[R, 2m·D]`, time-major rows.
    ///   - items: the classes, with tastes.
    ///   - targets: a class for each row; 0 leaves a row out.
    ///   - scales: the weight of each row's loss in the total.
    ///   - layout: which row belongs to which example.
    /// - Returns: the losses of the examples and the total.
    /// - Throws: ``TensorError``.
    public func mixtureCrossEntropy(
        _ states: Variable, _ items: ItemOutput, targets: [Int32], scales: [Float],
        layout: RowLayout
    ) throws(TensorError) -> BatchLoss {
        let (rows, classes) = (layout.rowCount, items.table.value.rowCount)
        guard let tastes = items.tastes, states.value.count == rows * items.stateWidth else {
            throw .shapeMismatch(
                operation: "mixture softmax", states.value.shape, items.table.value.shape)
        }
        guard targets.count == rows, scales.count == rows, layout.isTimeMajor else {
            throw .countMismatch(shape: [rows], values: min(targets.count, scales.count))
        }
        if let bad = targets.first(where: { $0 < 0 || Int($0) >= classes }) {
            throw .indexOutOfRange(
                operation: "mixture softmax", index: Int(bad), limit: classes)
        }
        try BLAS.require()
        let width = items.table.value.columnCount
        let inputs = try states.value.reshaped([rows, items.stateWidth])
        outputStates = OutputStates(
            rows: inputs, targets: targets.map { $0 > 0 ? $0 : -1 }, layout: layout)
        let labels = try self.labels(targets, where: { $0 > 0 }, layout) {
            some throws(TensorError) in
            let scores = try items.mixtureScores(inputs.rows(some))
            for row in 0..<some.count { scores.pointer[row * classes] = -1e30 }
            return scores
        }
        // Vectors of one kind together: products of many rows with all items are one product.
        let vectors = try transpose(
            reshape(states, [rows, items.parts, width]), 0, 1)
        let products = try MixtureProducts(
            vectors, items, tastes: tastes, targets: labels.targets.map { $0 > 0 ? $0 : -1 },
            tangent: labels.tangent, scales: scales,
            mode: sink.map { $0.keepsFactors ? .factors : .sums } ?? .valuesOnly)
        var total: Float = 0
        products.losses.withUnsafeValues {
            for (loss, scale) in zip($0, scales) where scale != 0 { total += loss * scale }
        }
        let needsGradient = states.needsGradient || wants(items.table) || wants(items.bias)
        let variable = record(try Tensor([total], shape: []), needsGradient: needsGradient) {
            [sink] upstream throws(TensorError) in
            guard let sink else { return }
            products.scale(by: upstream.withUnsafeValues { $0.first ?? 1 })
            if let gradient = products.vectorGradient { try vectors.accumulate(gradient) }
            if let slopes = products.slopes, let deltas = products.deltas {
                let steps = RowLayout(
                    examples: layout.examples, steps: layout.steps * items.parts,
                    isTimeMajor: true)
                let rows = try vectors.value.reshaped([steps.rowCount, width])
                try sink.take(
                    .linear(items.table, inputs: .rows(rows), deltas: slopes, steps))
                try sink.take(.direct(items.bias, deltas: deltas, layout))
            }
            if let tableSum = products.tableSum, let biasSum = products.biasSum {
                try sink.take(.dense(tableSum), of: items.table)
                try sink.take(.dense(biasSum), of: items.bias)
            }
        }
        return BatchLoss(
            perExample: try products.losses.summed(by: layout), total: variable)
    }
}

extension ItemOutput {
    /// The scores of all classes for states of several tastes, shape `[R, V]`, from `[R, 2m·D]`.
    ///
    /// - Throws: ``TensorError``.
    public func mixtureScores(_ states: Tensor) throws(TensorError) -> Tensor {
        let (rows, classes) = (states.rowCount, table.value.rowCount)
        guard let tastes, states.columnCount == stateWidth else {
            throw .shapeMismatch(operation: "mixture scores", states.shape, table.value.shape)
        }
        try BLAS.require()
        let vectors = try states.reshaped([rows, parts, table.value.columnCount])
            .transposed(0, 1)
        let result = try Tensor(uninitialized: [rows, classes])
        let chunk = MixtureChunk.rows(of: rows, parts: parts, classes: classes)
        let tile = try MixtureChunk(self, tastes: tastes, rows: chunk)
        for start in stride(from: 0, to: rows, by: chunk) {
            let some = start..<min(start + chunk, rows)
            tile.score(vectors, some, into: result.pointer + start * classes) { _ in }
            nj_add_bias(
                some.count, classes, bias.value.pointer, result.pointer + start * classes)
        }
        withExtendedLifetime((vectors, result)) {}
        return result
    }
}

/// The products of the vectors of some rows with all items, and then the slopes of their scores.
private struct MixtureChunk {
    /// Shape `[2m, rows, V]`.
    let products: Tensor
    private let items: ItemOutput
    private let tastes: Int
    private let weights: PackedOperand

    /// Products that exist at a time: they stay in the last-level cache.
    private static let productLimit = 4 << 20

    /// Rows that go through together.
    static func rows(of total: Int, parts: Int, classes: Int) -> Int {
        max(1, min(total, max(16, productLimit / max(1, parts * classes))))
    }

    init(_ items: ItemOutput, tastes: Int, rows: Int) throws(TensorError) {
        products = try Tensor(uninitialized: [items.parts, rows, items.table.value.rowCount])
        self.items = items
        self.tastes = tastes
        weights = PackedOperand(Matrix(items.table.value).transposed, as: .right)
    }

    /// The products of one kind of vector, one row for each of the first `count` rows.
    func plane(_ part: Int, _ count: Int) -> Matrix {
        let (rows, classes) = (products.shape[1], products.shape[2])
        return Matrix(products.pointer + part * rows * classes, count, classes)
    }

    /// Scores some rows, without biases, and calls `body` with ranges of them, counted from the first
    /// one, while they are in the cache.
    ///
    /// - Parameters:
    ///   - vectors: shape `[2m, R, D]`.
    ///   - some: the rows.
    ///   - scores: receives `[some.count, V]`.
    ///   - body: called on any thread.
    func score(
        _ vectors: Tensor, _ some: Range<Int>, into scores: UnsafeMutablePointer<Float>,
        _ body: (Range<Int>) -> Void
    ) {
        let (total, width) = (vectors.shape[1], vectors.shape[2])
        let (rows, classes) = (products.shape[1], products.shape[2])
        let blocks = max(1, some.count / 8)
        Workers.run(blocks) { block in
            let range = Slices.range(block, of: blocks, over: some.count)
            for part in 0..<items.parts {
                let first = part * total + some.lowerBound + range.lowerBound
                BLAS.multiply(
                    Matrix(vectors.pointer + first * width, range.count, width), weights,
                    into: plane(part, some.count).rows(range))
            }
            for row in range {
                nj_mixture_scores(
                    classes, tastes, rows * classes, products.pointer + row * classes,
                    scores + row * classes)
            }
            body(range)
        }
        withExtendedLifetime((vectors, products)) {}
    }
}

/// The products around a softmax over mixtures, computed chunk by chunk.
private final class MixtureProducts {
    enum Mode {
        case valuesOnly, sums, factors
    }

    let losses: Tensor
    /// Shape `[2m, R, D]`.
    let vectorGradient: Tensor?
    /// The gradient of the total by all products, shape `[2m·R, V]`, where factors are wanted.
    let slopes: Tensor?
    /// The gradient of the total by all scores, shape `[R, V]`, where factors are wanted.
    let deltas: Tensor?
    let tableSum: Tensor?
    let biasSum: Tensor?

    init(
        _ input: Variable, _ items: ItemOutput, tastes: Int, targets: [Int32], tangent: Tensor?,
        scales: [Float], mode: Mode
    ) throws(TensorError) {
        let vectors = input.value
        let (parts, rows, width) = (vectors.shape[0], vectors.shape[1], vectors.shape[2])
        let classes = items.table.value.rowCount
        losses = try Tensor(uninitialized: [rows])
        let wantsSums = mode == .sums && (items.table.isTrainable || items.bias.isTrainable)
        vectorGradient =
            mode != .valuesOnly && input.needsGradient
            ? try Tensor(uninitialized: vectors.shape) : nil
        tableSum = wantsSums ? try Tensor(repeating: 0, shape: [classes, width]) : nil
        biasSum = wantsSums ? try Tensor(repeating: 0, shape: [classes, 1]) : nil
        let chunk =
            mode == .factors
            ? rows : MixtureChunk.rows(of: rows, parts: parts, classes: classes)
        let tile = try MixtureChunk(items, tastes: tastes, rows: chunk)
        let scores = try Tensor(uninitialized: [chunk, classes])
        slopes = mode == .factors ? try tile.products.reshaped([parts * rows, classes]) : nil
        deltas = mode == .factors ? scores : nil
        let bias = try items.bias.value.copy()
        // Far below any score, yet finite: e to the power of it is 0.
        bias.pointer[0] = -1e30
        let (losses, vectorGradient) = (losses, vectorGradient)
        let back = PackedOperand(
            Matrix(items.table.value), as: .right, packs: vectorGradient != nil)
        for start in stride(from: 0, to: rows, by: chunk) {
            let some = start..<min(start + chunk, rows)
            targets.withUnsafeBufferPointer { targets in
                scales.withUnsafeBufferPointer { scales in
                    guard let target = targets.baseAddress, let scale = scales.baseAddress
                    else { return }
                    tile.score(vectors, some, into: scores.pointer) { range in
                        let (own, row) = (
                            scores.pointer + range.lowerBound * classes, start + range.lowerBound
                        )
                        guard mode != .valuesOnly else {
                            nj_cross_entropy(
                                range.count, classes, own, bias.pointer, target + row,
                                losses.pointer + row)
                            return
                        }
                        nj_softmax_cross_entropy(
                            range.count, classes, own, bias.pointer, target + row, scale + row,
                            losses.pointer + row, nil)
                        if let tangent {
                            nj_softmax_curvature(
                                range.count, classes, tangent.pointer + row * classes, scale + row,
                                own, nil)
                        } else {
                            nj_subtract_targets(
                                range.count, classes, target + row, scale + row, own)
                        }
                        for part in 0..<parts {
                            let plane = tile.plane(part, some.count).rows(range)
                            nj_multiply_by(range.count * classes, own, plane.pointer)
                            guard let vectorGradient else { continue }
                            let first = part * rows + row
                            BLAS.multiply(
                                plane, back,
                                into: Matrix(
                                    vectorGradient.pointer + first * width, range.count, width))
                        }
                    }
                }
            }
            if let tableSum, let biasSum {
                Self.add(
                    tile, scores, vectors, some, to: tableSum, biasSum, parts: parts)
            }
        }
        withExtendedLifetime((vectors, scores, bias, vectorGradient)) {}
    }

    /// Adds the sums over some rows for the table and the biases.
    private static func add(
        _ tile: MixtureChunk, _ deltas: Tensor, _ vectors: Tensor, _ some: Range<Int>,
        to tableSum: Tensor, _ biasSum: Tensor, parts: Int
    ) {
        let (rows, width) = (vectors.shape[1], vectors.shape[2])
        let classes = tableSum.rowCount
        let inputs = (0..<parts).map { part in
            let first = part * rows + some.lowerBound
            return PackedOperand(
                Matrix(vectors.pointer + first * width, some.count, width), as: .right)
        }
        let pieces = max(1, min(16, classes / 64))
        Workers.run(pieces) { piece in
            let range = Slices.range(piece, of: pieces, over: classes)
            for (part, inputs) in inputs.enumerated() {
                BLAS.multiply(
                    tile.plane(part, some.count).columns(range).transposed, inputs,
                    into: Matrix(tableSum).rows(range), adds: true)
            }
            for row in 0..<some.count {
                nj_axpy(
                    range.count, 1, deltas.pointer + row * classes + range.lowerBound,
                    biasSum.pointer + range.lowerBound)
            }
        }
        withExtendedLifetime((vectors, deltas, tableSum, biasSum)) {}
    }

    /// Multiplies all gradients by that of the total; 1 when the total is what is minimised.
    func scale(by factor: Float) {
        guard factor != 1 else { return }
        for tensor in [vectorGradient, slopes, deltas, tableSum, biasSum] {
            if let tensor { nj_scale(tensor.count, factor, tensor.pointer, tensor.pointer) }
        }
    }
}
