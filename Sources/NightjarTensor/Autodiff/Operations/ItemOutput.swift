// The last step of a model of items: from a user's state to a score for each item.

import CKernels
import NightjarRuntime

/// The items of a catalogue as the last step of a model.
///
/// A state is one vector u, and the score of an item is s = bias + ⟨u, embedding⟩; or it is m tastes
/// u_k, then as many attentions a_k, and
///
///     s = bias + Σ_k w_k·⟨u_k, embedding⟩,  w = softmax over k of ⟨a_k, embedding⟩
///
/// Source of the second: M. Kula, *Mixture-of-tastes models for representing users with diverse
/// interests*, 2017.
public struct ItemOutput: Sendable {
    /// Embeddings, shape `[V, D]`; row 0 is padding, which gets no gradient.
    public let table: Parameter
    /// Biases, shape `[V, 1]`.
    public let bias: Parameter
    /// Number m of tastes in a state; `nil` for a state that is one vector.
    public let tastes: Int?

    /// Takes the parameters and checks that their shapes fit.
    ///
    /// - Throws: ``TensorError/shapeMismatch(operation:_:_:)``, or
    ///   ``TensorError/badValue(operation:_:)`` for a number of tastes outside 1 to 1024.
    public init(
        table: Parameter, bias: Parameter, tastes: Int? = nil
    ) throws(TensorError) {
        guard table.value.shape.count == 2, bias.value.shape == [table.value.rowCount, 1] else {
            throw .shapeMismatch(operation: "items", table.value.shape, bias.value.shape)
        }
        if let tastes, !(1...1024).contains(tastes) {
            throw .badValue(
                operation: "items", "a state has from 1 to 1024 tastes, not \(tastes)")
        }
        self.table = table
        self.bias = bias
        self.tastes = tastes
    }

    /// Vectors in a state.
    public var parts: Int { tastes.map { 2 * $0 } ?? 1 }

    /// Numbers in a state.
    public var stateWidth: Int { parts * table.value.columnCount }

    /// The scores of candidates, shape `[R, C]`, for states of shape `[R, ..]`.
    ///
    /// - Throws: ``TensorError``.
    public func scores(
        of candidates: Candidates, for states: Tensor
    ) throws(TensorError) -> Tensor {
        try check(candidates)
        guard states.count == candidates.rows * stateWidth else {
            throw .shapeMismatch(operation: "scores", states.shape, table.value.shape)
        }
        return try ScoredCandidates(candidates, self, states).scores
    }

    /// Refuses classes that there are none of.
    func check(_ candidates: Candidates) throws(TensorError) {
        let limit = table.value.rowCount
        if let bad = candidates.ids.first(where: { $0 < 0 || Int($0) >= limit }) {
            throw .indexOutOfRange(operation: "candidate loss", index: Int(bad), limit: limit)
        }
    }
}

extension Candidates {
    /// Number of rows R.
    var rows: Int { ids.count / count }

    /// Rows that one thread takes at a time.
    private static let blockRows = 256

    /// Calls `body` with rows and their ids, in parallel.
    func forEachBlock(_ body: (Range<Int>, UnsafePointer<Int32>) -> Void) {
        let blocks = max(1, (rows + Self.blockRows - 1) / Self.blockRows)
        ids.withUnsafeBufferPointer { ids in
            guard let ids = ids.baseAddress else { return }
            Workers.run(blocks) { block in
                let some = Slices.range(block, of: blocks, over: rows)
                body(some, ids + some.lowerBound * count)
            }
        }
    }
}

/// The scores of candidates, and how they change with states and embeddings.
struct ScoredCandidates {
    /// Shape `[R, C]`.
    let scores: Tensor
    private let candidates: Candidates
    private let states: Tensor
    private let table: Tensor
    private let parts: Int
    /// Slopes of the scores by the product of each part with the embedding, shape `[R, parts, C]`;
    /// `nil` when all are 1.
    private let slopes: Tensor?

    /// - Precondition: candidates are classes, and states have the output's width.
    init(
        _ candidates: Candidates, _ items: ItemOutput, _ states: Tensor
    ) throws(TensorError) {
        let (rows, count, parts) = (candidates.rows, candidates.count, items.parts)
        self.candidates = candidates
        self.states = states
        self.parts = parts
        table = items.table.value
        scores = try Tensor(uninitialized: [rows, count])
        slopes = items.tastes == nil ? nil : try Tensor(uninitialized: [rows, parts, count])
        let (scores, slopes, table, bias) = (scores, slopes, table, items.bias.value)
        let width = table.columnCount
        candidates.forEachBlock { some, ids in
            let first = some.lowerBound
            let own = scores.pointer + first * count
            let products = slopes.map { $0.pointer + first * parts * count } ?? own
            nj_candidate_products(
                some.count, count, parts, width, states.pointer + first * parts * width,
                table.pointer, ids, products)
            if let tastes = items.tastes {
                for row in 0..<some.count {
                    nj_mixture_scores(
                        count, tastes, count, products + row * parts * count, own + row * count)
                }
            }
            nj_candidate_biases(some.count, count, bias.pointer, ids, own)
        }
        withExtendedLifetime((states, bias, table, slopes)) {}
    }

    /// The gradient by the states of Σ delta·score, in their shape's order.
    func stateGradient(_ deltas: Tensor) throws(TensorError) -> Tensor {
        let (count, width) = (candidates.count, table.columnCount)
        let result = try Tensor(uninitialized: [candidates.rows, parts * width])
        candidates.forEachBlock { some, ids in
            let first = some.lowerBound
            nj_candidate_state_gradients(
                some.count, count, parts, width, deltas.pointer + first * count,
                slopes.map { $0.pointer + first * parts * count }, table.pointer, ids,
                result.pointer + first * parts * width)
        }
        withExtendedLifetime((deltas, table, slopes)) {}
        return result
    }

    /// The gradients by embeddings and biases of Σ delta·score, one row for each group of candidates.
    func itemGradients(
        _ deltas: Tensor, _ groups: RowGroups
    ) throws(TensorError) -> (rows: Tensor, sums: Tensor) {
        let (count, width) = (candidates.count, table.columnCount)
        let rows = try Tensor(uninitialized: [groups.ids.count, width])
        let sums = try Tensor(uninitialized: [groups.ids.count, 1])
        let pieces = max(1, min(64, groups.ids.count / 16))
        groups.starts.withUnsafeBufferPointer { starts in
            groups.members.withUnsafeBufferPointer { members in
                guard let start = starts.baseAddress, let member = members.baseAddress else {
                    return
                }
                Workers.run(pieces) { piece in
                    let some = Slices.range(piece, of: pieces, over: groups.ids.count)
                    nj_candidate_table_gradients(
                        some.count, count, parts, width, states.pointer, deltas.pointer,
                        slopes?.pointer, start + some.lowerBound, member,
                        rows.pointer + some.lowerBound * width, sums.pointer + some.lowerBound)
                }
            }
        }
        withExtendedLifetime((states, deltas, slopes)) {}
        return (rows, sums)
    }

    /// Adds a multiple of the slope of one candidate's score by its embedding.
    func addSlope(of place: Int, times factor: Float, to sum: UnsafeMutablePointer<Float>) {
        let (row, candidate) = place.quotientAndRemainder(dividingBy: candidates.count)
        let width = table.columnCount
        for part in row * parts..<(row + 1) * parts {
            let slope = slopes.map { $0.pointer[part * candidates.count + candidate] } ?? 1
            nj_axpy(width, factor * slope, states.pointer + part * width, sum)
        }
    }
}
