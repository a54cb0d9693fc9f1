// The length of a gradient over all parameters, for clipping.

import CKernels
import NightjarRuntime
import NightjarTensor

extension GradientSum {
    /// Elements that one piece of work squares.
    private static let pieceSize = 1 << 15

    /// The Euclidean norm of the gradients of `parameters` seen as one vector.
    ///
    /// Squares are summed in double precision, in pieces that depend on the shapes alone.
    package func norm(of parameters: [Parameter]) -> Double {
        var sum = 0.0
        for parameter in parameters {
            switch self[parameter] {
            case .dense(let values), .rows(_, let values): sum += Self.squares(of: values)
            case nil: break
            }
        }
        return sum.squareRoot()
    }

    private static func squares(of values: Tensor) -> Double {
        let pieces = (values.count + pieceSize - 1) / pieceSize
        guard pieces > 1 else { return nj_sum_of_squares(values.count, values.pointer) }
        var sums = [Double](repeating: 0, count: pieces)
        sums.withUnsafeMutableBufferPointer { sums in
            // Pieces write one element each.
            nonisolated(unsafe) let sums = sums
            Workers.run(pieces) { piece in
                let offset = piece * pieceSize
                sums[piece] = nj_sum_of_squares(
                    min(pieceSize, values.count - offset), values.pointer + offset)
            }
        }
        withExtendedLifetime(values) {}
        return sums.reduce(0, +)
    }
}
