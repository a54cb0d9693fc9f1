// One draw of an item to compare a target with.

import NightjarRuntime

/// Draws an item for a target, from a stream of random numbers that is the target's own.
protocol ItemDraw {
    func item(
        for target: Int32, of example: Int, _ stream: inout RandomStream
    ) -> Int32
}

/// Draws from all items alike.
struct UniformDraw: ItemDraw {
    /// Items, numbered from 1.
    let items: Int

    func item(for target: Int32, of example: Int, _ stream: inout RandomStream) -> Int32 {
        Int32(truncatingIfNeeded: 1 + stream.below(items))
    }
}

/// Draws from all items but the target alike; the target when there is no other.
struct OtherItemDraw: ItemDraw {
    /// Items, numbered from 1.
    let items: Int

    func item(for target: Int32, of example: Int, _ stream: inout RandomStream) -> Int32 {
        guard items > 1 else { return target }
        let drawn = Int32(truncatingIfNeeded: 1 + stream.below(items - 1))
        return drawn < target ? drawn : drawn + 1
    }
}

/// Draws some items more often than others.
struct PopularityDraw: ItemDraw {
    /// One place for each item.
    let table: AliasTable

    func item(for target: Int32, of example: Int, _ stream: inout RandomStream) -> Int32 {
        Int32(truncatingIfNeeded: 1 + table.draw(&stream))
    }
}

/// Draws from the targets of the other sequences of a batch.
struct BatchDraw: ItemDraw {
    private let items: Int
    private let examples: Int
    private let targets: [Int32]
    /// Places of targets whose sequences have a weight.
    private let places: [Int32]
    /// What decides where there are no others, and then the row's own target counts as drawn, too;
    /// `nil` for draws whose probabilities need not be known.
    private let popularity: PopularityDraw?

    /// Attempts to find a target of another sequence before all items serve: with two sequences of
    /// which one is short, nearly every place may be the row's own.
    private static let attempts = 64

    /// - Parameters:
    ///   - items: all items, numbered from 1.
    ///   - batch: where targets are taken from.
    ///   - scales: the weight of each sequence; one without gives no targets, as if it was not there.
    ///   - popularity: what decides where there are no others, if what is expected must be known.
    init(items: Int, batch: Batch, scales: [Float], popularity: PopularityDraw?) {
        self.items = items
        self.popularity = popularity
        examples = batch.examples
        targets = batch.targets
        places = batch.targets.indices
            .filter { batch.targets[$0] > 0 && scales[$0 % batch.examples] != 0 }
            .map(Int32.init(truncatingIfNeeded:))
    }

    func item(for target: Int32, of example: Int, _ stream: inout RandomStream) -> Int32 {
        for _ in 0..<(places.isEmpty ? 0 : Self.attempts) {
            let place = Int(places[stream.below(places.count)])
            guard place % examples != example else { continue }
            if popularity != nil || targets[place] != target { return targets[place] }
        }
        return popularity?.item(for: target, of: example, &stream)
            ?? OtherItemDraw(items: items).item(for: target, of: example, &stream)
    }
}
