// The usual last step of a next-item model: a linear map to all items, softmax, cross-entropy.

import CKernels
import NightjarRuntime

extension Tape {
    /// Softmax cross-entropy of a linear map, without keeping all logits of a large batch.
    ///
    /// For row r: z = x[r]·Wᵀ + b, loss[r] = log Σ_v e^{z_v} − z_{target[r]}, and the total is
    /// Σ_r scale[r]·loss[r]. Its gradient by z is scale·(softmax(z) − onehot), which is at hand as
    /// soon as z is: the backward products run tile by tile during the forward pass, and only one
    /// tile of logits exists at a time unless factors are wanted.
    ///
    /// - Parameters:
    ///   - hidden: the rows x, shape `[N, H]`.
    ///   - weight: shape `[V, H]`.
    ///   - bias: shape `[V]`.
    ///   - targets: a class for each row; negative leaves a row out.
    ///   - scales: the weight of each row's loss in the total.
    ///   - layout: which row belongs to which example; without it each row is an example.
    ///   - leavesOutPadding: whether class 0 has no probability, and no gradient.
    /// - Returns: the losses of the examples and the total.
    /// - Throws: ``TensorError``.
    public func softmaxCrossEntropy(
        _ hidden: Variable, weight: Parameter, bias: Parameter, targets: [Int32],
        scales: [Float], layout: RowLayout? = nil, leavesOutPadding: Bool = false
    ) throws(TensorError) -> BatchLoss {
        let rows = hidden.value.rowCount
        let classes = weight.value.rowCount
        guard hidden.value.columnCount == weight.value.columnCount else {
            throw .shapeMismatch(operation: "softmax", hidden.value.shape, weight.value.shape)
        }
        guard bias.value.count == classes, classes > 0 else {
            throw .shapeMismatch(operation: "softmax", bias.value.shape, [classes])
        }
        guard targets.count == rows, scales.count == rows else {
            throw .countMismatch(shape: [rows], values: min(targets.count, scales.count))
        }
        let layout = layout ?? RowLayout(examples: rows, steps: 1, isTimeMajor: true)
        guard layout.rowCount == rows else {
            throw .countMismatch(shape: [layout.examples, layout.steps], values: rows)
        }
        if let bad = targets.first(where: { Int($0) >= classes }) {
            throw .indexOutOfRange(operation: "softmax", index: Int(bad), limit: classes)
        }
        try BLAS.require()
        let addend = leavesOutPadding ? try bias.value.copy() : bias.value
        // Far below any score, yet finite: e to the power of it is 0.
        if leavesOutPadding { addend.pointer[0] = -1e30 }
        let inputs = try hidden.value.reshaped([rows, hidden.value.columnCount])
        outputStates = OutputStates(rows: inputs, targets: targets, layout: layout)
        let labels = try self.labels(targets, where: { $0 >= 0 }, layout) {
            some throws(TensorError) in
            try inputs.rows(some).linear(weight.value, bias: addend.reshaped([classes]))
        }
        let product = try SoftmaxProduct(
            hidden: hidden, weight: weight, bias: bias, addend: addend, labels: labels,
            scales: scales,
            mode: sink.map { $0.keepsFactors ? .factors : .sums } ?? .valuesOnly)
        let losses = product.losses
        var total: Float = 0
        losses.withUnsafeValues { for (loss, scale) in zip($0, scales) { total += loss * scale } }
        let needsGradient = hidden.needsGradient || wants(weight) || wants(bias)
        let variable = record(
            try Tensor([total], shape: []), needsGradient: needsGradient
        ) { [sink] upstream throws(TensorError) in
            guard let sink else { return }
            let factor = upstream.withUnsafeValues { $0.first ?? 1 }
            try product.scale(by: factor)
            if let hiddenGradient = product.hiddenGradient {
                try hidden.accumulate(hiddenGradient)
            }
            if let deltas = product.deltas {
                try sink.take(.linear(weight, inputs: .rows(hidden.value), deltas: deltas, layout))
                try sink.take(.direct(bias, deltas: deltas, layout))
            }
            if let weightSum = product.weightSum, let biasSum = product.biasSum {
                try sink.take(.dense(weightSum), of: weight)
                try sink.take(.dense(biasSum), of: bias)
            }
        }
        return BatchLoss(perExample: try losses.summed(by: layout), total: variable)
    }
}

/// The products around a softmax, computed chunk by chunk.
private final class SoftmaxProduct {
    enum Mode {
        case valuesOnly, sums, factors
    }

    let losses: Tensor
    let hiddenGradient: Tensor?
    let deltas: Tensor?
    let weightSum: Tensor?
    let biasSum: Tensor?

    private let mode: Mode
    private let hidden: Tensor
    private let weight: Tensor
    private let bias: Tensor
    private let targets: [Int32]
    private let tangent: Tensor?
    private let scales: [Float]
    private let logits: Tensor
    /// What each block of rows gives to the bias's gradient.
    private let blockSums: Tensor
    // Every block of rows is multiplied with the same weights, there and, for gradients, back.
    private let forward: LineOperand
    private let backward: LineOperand?

    /// Logits that exist at a time: they stay in the last-level cache.
    private static let logitLimit = 4 << 20
    /// Rows whose logits stay in a second-level cache from product to product.
    private static let blockRows = 64

    init(
        hidden input: Variable, weight: Parameter, bias: Parameter, addend: Tensor,
        labels: OutputLabels, scales: [Float], mode: Mode
    ) throws(TensorError) {
        self.mode = mode
        (targets, tangent) = (labels.targets, labels.tangent)
        self.scales = scales
        (hidden, self.weight, self.bias) = (input.value, weight.value, addend)
        let (rows, width, classes) = (hidden.rowCount, hidden.columnCount, weight.value.rowCount)
        losses = try Tensor(uninitialized: [rows])
        let wantsSums = mode == .sums && (weight.isTrainable || bias.isTrainable)
        hiddenGradient =
            mode != .valuesOnly && input.needsGradient
            ? try Tensor(uninitialized: [rows, width]) : nil
        weightSum = wantsSums ? try Tensor(uninitialized: [classes, width]) : nil
        if rows == 0 { weightSum?.fill(0) }  // no chunk will write it
        biasSum = wantsSums ? try Tensor(repeating: 0, shape: [classes]) : nil
        let chunk = mode == .factors ? rows : Self.chunkRows(of: rows, classes: classes)
        blockSums = try Tensor(uninitialized: [Self.blocks(of: chunk), classes])
        logits = try Tensor(uninitialized: [chunk, classes])
        deltas = mode == .factors ? logits : nil
        forward = LineOperand(Matrix(weight.value), as: .right)
        backward =
            hiddenGradient == nil
            ? nil : LineOperand(Matrix(weight.value).transposed, as: .right)
        for first in stride(from: 0, to: rows, by: chunk) {
            let some = first..<min(first + chunk, rows)
            computeRows(some)
            addWeightGradient(of: some)
        }
    }

    /// Rows of a chunk: whole passes of the products over the rows that give the weights' gradient.
    private static func chunkRows(of rows: Int, classes: Int) -> Int {
        let most = max(256, logitLimit / max(1, classes))
        return max(1, min(rows, most > 1024 ? most / 1024 * 1024 : most / 64 * 64))
    }

    private static func blocks(of rows: Int) -> Int { max(1, rows / blockRows) }

    /// Losses, probabilities and the gradient of the hidden rows of a chunk.
    private func computeRows(_ chunk: Range<Int>) {
        let blocks = Self.blocks(of: chunk.count)
        targets.withUnsafeBufferPointer { targets in
            scales.withUnsafeBufferPointer { scales in
                guard let target = targets.baseAddress, let scale = scales.baseAddress
                else { return }
                Workers.run(blocks) { block in
                    let range = Slices.range(block, of: blocks, over: chunk.count)
                    let first = chunk.lowerBound + range.lowerBound
                    computeBlock(
                        range, at: first, target + first, scale + first,
                        blockSums.pointer + block * logits.columnCount)
                }
            }
        }
    }

    /// One block of a chunk, whose first row is `first` of all.
    private func computeBlock(
        _ range: Range<Int>, at first: Int, _ targets: UnsafePointer<Int32>,
        _ scales: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
    ) {
        let (classes, width) = (logits.columnCount, hidden.columnCount)
        let rows = first..<first + range.count
        let tile = Matrix(logits).rows(range)
        LineOperand.multiply(
            LineOperand(Matrix(hidden).rows(rows), as: .left, inParallel: false), forward,
            into: tile)
        guard mode != .valuesOnly else {
            nj_cross_entropy(
                range.count, classes, tile.pointer, bias.pointer, targets, losses.pointer + first)
            return
        }
        nj_softmax_cross_entropy(
            range.count, classes, tile.pointer, bias.pointer, targets, scales,
            losses.pointer + first, sums)
        if let tangent {
            nj_softmax_curvature(
                range.count, classes, tangent.pointer + first * classes, scales, tile.pointer, sums)
        }
        if let hiddenGradient, let backward {
            LineOperand.multiply(
                LineOperand(tile, as: .left, inParallel: false), backward,
                into: Matrix(hiddenGradient).rows(rows))
        }
        guard tangent == nil else { return }
        // The targets' part is added apart: beside it the probabilities would lose their precision.
        if let hiddenGradient {
            for row in 0..<range.count where targets[row] >= 0 {
                nj_axpy(
                    width, -scales[row], weight.pointer + Int(targets[row]) * width,
                    hiddenGradient.pointer + (first + row) * width)
            }
        }
        if mode == .factors {
            nj_subtract_targets(range.count, classes, targets, scales, tile.pointer)
        }
    }

    /// Adds what the rows of a chunk give to the gradients of weight and bias.
    private func addWeightGradient(of chunk: Range<Int>) {
        guard let weightSum, let biasSum else { return }
        let (classes, width) = (logits.columnCount, hidden.columnCount)
        let blocks = Self.blocks(of: chunk.count)
        let tiles = max(1, min(16, classes / 64))
        let inputs = LineOperand(Matrix(hidden).rows(chunk).transposed, as: .right)
        Workers.run(tiles) { tile in
            let range = Slices.range(tile, of: tiles, over: classes)
            let gradients = Matrix(logits).rows(0..<chunk.count).columns(range).transposed
            LineOperand.multiply(
                LineOperand(gradients, as: .left, inParallel: false), inputs,
                into: Matrix(weightSum).rows(range), adds: chunk.lowerBound > 0)
            for block in 0..<blocks {
                nj_axpy(
                    range.count, 1, blockSums.pointer + block * classes + range.lowerBound,
                    biasSum.pointer + range.lowerBound)
            }
            guard tangent == nil else { return }
            for row in chunk where range.contains(Int(targets[row])) {
                let item = Int(targets[row])
                nj_axpy(
                    width, -scales[row], hidden.pointer + row * width,
                    weightSum.pointer + item * width)
                biasSum.pointer[item] -= scales[row]
            }
        }
    }

    /// Multiplies all gradients by that of the total; 1 when the total is what is minimised.
    func scale(by factor: Float) throws(TensorError) {
        guard factor != 1 else { return }
        for tensor in [hiddenGradient, deltas, weightSum, biasSum] {
            if let tensor { nj_scale(tensor.count, factor, tensor.pointer, tensor.pointer) }
        }
    }
}
