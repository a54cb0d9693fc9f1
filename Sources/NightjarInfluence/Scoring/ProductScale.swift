// What dot products become before they are scores.

import NightjarTensor

/// How a dot product and the lengths of both vectors become a score.
enum ProductScale: Sendable {
    /// ⟨v, v′⟩.
    case none
    /// ⟨v, v′⟩ / (‖v‖·‖v′‖); 0 where a vector is 0.
    case lengths
    /// 1 / (1 + ‖v − v′‖); a distance that cannot be told from rounding, below a thousandth of the
    /// lengths, is 0.
    case distance

    /// The score of a product, given both squared lengths; not a number stays one.
    func score(_ product: Float, _ square: Float, _ other: Float) -> Float {
        switch self {
        case .none: return product
        case .lengths:
            guard square != 0, other != 0 else { return 0 }
            return product / square.squareRoot() / other.squareRoot()
        case .distance:
            let apart = square + other - 2 * product
            return apart < 1e-6 * (square + other) ? 1 : 1 / (1 + apart.squareRoot())
        }
    }

    /// The score of a vector with itself.
    func ofItself(squared: Float) -> Float {
        switch self {
        case .none: squared
        case .lengths: squared > 0 ? 1 : squared
        case .distance: squared.isFinite ? 1 : squared
        }
    }
}

extension Tensor {
    /// Makes scores of dot products, given the squared lengths of the rows' and columns' vectors.
    func rescale(_ scale: ProductScale, rows: [Float], columns: [Float]) {
        guard scale != .none else { return }
        withUnsafeValues { values in
            for (row, square) in rows.enumerated() {
                for (column, other) in columns.enumerated() {
                    let place = row * columns.count + column
                    values[place] = scale.score(values[place], square, other)
                }
            }
        }
    }
}
