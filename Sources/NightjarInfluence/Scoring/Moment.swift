// A model at a moment of training, while gradients are taken from it.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// A snapshot with its model, and the work that is done at it.
struct Moment {
    let snapshot: Snapshot
    let model: any NextItemModel
    /// Parameters whose gradients count.
    let parameters: [Parameter]
    let train: TileSource
    /// Bytes that the work may hold.
    let memoryBudget: Int
    /// What progress reports call it.
    let task: String
    let progress: ProgressHandler?

    /// The factors of some examples.
    func factors(_ source: TileSource, _ tile: Range<Int>) throws -> ExampleFactors {
        try source.factors(tile, of: model, parameters)
    }

    /// The space of the training examples' gradients.
    func space() throws -> GradientSpace { GradientSpace(try factors(train, 0..<1)) }

    /// The gradients of a block of targets with a map applied, ready for products.
    func prepare(
        _ targets: TileSource, _ block: Range<Int>, _ map: any Preconditioner, tile size: Int
    ) throws -> PreparedTargets {
        let space = try space()
        return try PreparedTargets(space, count: block.count, tile: size) { some in
            try Interruption.check()
            let range = some.lowerBound + block.lowerBound..<some.upperBound + block.lowerBound
            let factors = try factors(targets, range)
            try space.check(factors)
            let gradients = try WholeGradients(factors)
            let vectors = try (0..<range.count).map { try gradients.vector(of: $0) }
            if let bad = vectors.firstIndex(where: { !$0.isFinite }) {
                throw InfluenceError.notFinite(
                    checkpoint: snapshot.name, of: "target \(range.lowerBound + bad + 1)")
            }
            return try map.apply(vectors)
        }
    }

    /// Whose gradient makes a score of a tile and a block of targets infinite or not a number.
    func ownerOfNotFinite(
        _ tile: Range<Int>, _ block: Range<Int>, _ targets: TileSource
    ) throws -> String {
        for (source, range, name) in [(train, tile, "example"), (targets, block, "target")] {
            let lengths = try SelfScorer.scores(factors(source, range))
            if let bad = lengths.firstIndex(where: { !$0.isFinite }) {
                return "\(name) \(range.lowerBound + bad + 1)"
            }
        }
        return "an example between \(tile.lowerBound + 1) and \(tile.upperBound)"
    }
}
