// The linear map between two gradients in an influence score.

import CKernels
import NightjarTensor

/// A symmetric linear map P on gradients: scores are ⟨∇ℓ(z), P·∇ℓ(z′)⟩.
///
/// P is applied to the side of the targets, of which there are few; examples stay factored.
protocol Preconditioner {
    /// What is to be said of P beside the method's settings, such as how exact it is.
    var notes: [String] { get }

    /// P·g for gradients of one space.
    ///
    /// - Throws: ``TensorError``, ``InfluenceError``, ``Interrupted``.
    func apply(_ gradients: [GradientVector]) throws -> [GradientVector]

    /// ⟨g, P·g⟩ of every example of a tile; `nil` where that takes P·g of each.
    ///
    /// - Throws: ``TensorError``.
    func ownScores(_ factors: ExampleFactors) throws -> [Float]?
}

/// P that is diagonal in a basis of its own for each block: P·M = L·(W ⊙ (LᵀMR))·Rᵀ.
///
/// With L and R the identity it is a diagonal in the parameters themselves.
struct SpectralPreconditioner: Preconditioner {
    /// One block's basis and diagonal.
    struct Block {
        let basis: BlockBasis
        /// W, of the shape of the block.
        let weights: Tensor
    }

    let blocks: [Block]
    var notes: [String] = []

    func apply(_ gradients: [GradientVector]) throws -> [GradientVector] {
        try gradients.map { gradient in
            var parts: [SummedGradient] = []
            for (index, part) in gradient.parts.enumerated() {
                parts.append(try apply(part, blocks[index]))
            }
            return GradientVector(parts: parts)
        }
    }

    func ownScores(_ factors: ExampleFactors) throws -> [Float]? {
        try RotatedGradients(factors, blocks.map(\.basis)).weightedSquares(blocks.map(\.weights))
    }

    private func apply(
        _ part: SummedGradient, _ block: Block
    ) throws(TensorError) -> SummedGradient {
        // A map that leaves rows apart leaves zero rows zero.
        if case .rows(let ids, let values) = part, block.basis.left == nil {
            let weights = try block.weights.gatheringRows(ids)
            return .rows(ids, try Self.apply(values, block.basis, weights))
        }
        return .dense(try Self.apply(part.matrix(like: block.weights), block.basis, block.weights))
    }

    private static func apply(
        _ matrix: Tensor, _ basis: BlockBasis, _ weights: Tensor
    ) throws(TensorError) -> Tensor {
        guard matrix.count > 0 else { return matrix }
        var turned = matrix
        if let left = basis.left { turned = try left.matmul(turned, transposingLeft: true) }
        if let right = basis.right { turned = try turned.matmul(right) }
        turned = try turned * weights
        if let right = basis.right { turned = try turned.matmul(right, transposingRight: true) }
        if let left = basis.left { turned = try left.matmul(turned) }
        return turned
    }
}
