// Directions of scores, which the curvature of a softmax is multiplied with.

import CKernels

/// Has the cross-entropies of tapes multiply with their curvature by the scores, instead of giving
/// gradients.
///
/// Tapes for which ``count(times:)`` was called add their scores z up to a tangent t of each loss,
/// such as Jv by differences. After ``multiply()`` the gradient of a row by z, which is p − onehot
/// times an upstream g, is g·(diag(p) − ppᵀ)·t in its place, p being the softmax of z. So the
/// gradient of the total is Σ Jᵀ(diag(p) − ppᵀ)t: for t = Jv the product of the Gauss–Newton matrix
/// with v, exact but for t.
///
/// Source: N. Schraudolph, *Fast curvature matrix-vector products for second-order gradient descent*,
/// Neural Computation 14(7), 2002.
public final class OutputTangents {
    private var tangents: [Tensor] = []
    /// How many times the scores of a tape count; `nil` when tangents are used.
    private var factor: Float?
    /// The number of the next loss.
    private var next = 0

    /// Scores that exist at a time, besides the tangents.
    private static let rowsAtATime = 1024

    /// Starts without tangents.
    public init() {}

    /// The scores of the next tape's losses count so many times.
    public func count(times factor: Float) { (self.factor, next) = (factor, 0) }

    /// The next tape's losses multiply with their tangents.
    public func multiply() { (factor, next) = (nil, 0) }

    /// The tangent of the next loss; `nil` while scores are added up.
    ///
    /// - Throws: ``TensorError``.
    func take(
        rows: Int, scores: (Range<Int>) throws(TensorError) -> Tensor
    ) throws(TensorError) -> Tensor? {
        defer { next += 1 }
        guard let factor else {
            guard next < tangents.count, tangents[next].rowCount == rows else {
                throw .countMismatch(shape: [rows], values: 0)
            }
            return tangents[next]
        }
        if rows == 0, next == tangents.count {
            tangents.append(try Tensor(repeating: 0, shape: [0, 1]))
        }
        guard next < tangents.count || next == tangents.count && rows > 0 else {
            throw .countMismatch(shape: [rows], values: 0)
        }
        for first in stride(from: 0, to: rows, by: Self.rowsAtATime) {
            let some = first..<min(first + Self.rowsAtATime, rows)
            let chunk = try scores(some)
            if next == tangents.count {
                tangents.append(try Tensor(repeating: 0, shape: [rows, chunk.columnCount]))
            }
            guard tangents[next].shape == [rows, chunk.columnCount] else {
                throw .shapeMismatch(
                    operation: "tangent", tangents[next].shape, [rows, chunk.columnCount])
            }
            nj_axpy(
                chunk.count, factor, chunk.pointer,
                tangents[next].pointer + some.lowerBound * chunk.columnCount)
            withExtendedLifetime(chunk) {}
        }
        return nil
    }
}

/// What a cross-entropy compares scores with.
struct OutputLabels {
    /// A class for each row; negative, or whatever the loss leaves out, where there is none.
    let targets: [Int32]
    /// What its curvature is multiplied with, in the place of its gradient.
    let tangent: Tensor?
}
