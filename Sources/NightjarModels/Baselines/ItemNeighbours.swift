// Items that were met together.

import NightjarData
import NightjarRuntime
import NightjarTensor

/// Scores items by their similarity to those of the history: item-based nearest neighbours.
///
/// With the baskets of the examples as rows of a matrix R, the similarity of two items is the shrunk
/// cosine of their columns,
///
///     sim(i, j) = ⟨R_i, R_j⟩ / (‖R_i‖·‖R_j‖ + shrink)
///
/// and the score of item i is Σ sim(j, i) over the distinct items j of the history that have i among
/// their k most similar ones.
///
/// Source: M. Deshpande and G. Karypis, *Item-based top-N recommendation algorithms*, ACM TOIS 22(1),
/// 2004; shrinkage as in M. Ferrari Dacrema et al., *Are we really making much progress?*, RecSys
/// 2019.
public struct ItemNeighbours: Baseline {
    /// Its name.
    public static let kind = "item_knn"

    /// How many similar items each item has at most.
    public let count: Int
    /// What is added to the product of norms, against chance among rare items.
    public let shrink: Double
    /// The neighbours of item i are those from starts[i] to before starts[i + 1], the nearest first.
    private let starts: [Int]
    private let neighbours: [(item: Int32, similarity: Float)]

    /// Finds the most similar items of each item.
    ///
    /// - Parameters:
    ///   - examples: what was met together.
    ///   - count: the number k of similar items that each item keeps.
    ///   - shrink: what is added to the product of norms.
    /// - Throws: ``ModelError``, and `Interrupted` when the user asks to stop.
    public init(
        trainedOn examples: some BaselineExamples, count: Int = 100, shrink: Double = 0
    ) throws {
        guard (1...1 << 24).contains(count) else {
            throw ModelError.badSize(option: "k", value: count)
        }
        guard shrink >= 0, shrink.isFinite else {
            throw ModelError.badNumber(
                option: "shrink", value: shrink, allowed: "a number from 0")
        }
        self.count = count
        self.shrink = shrink
        let matrix = BasketMatrix(try examples.baskets(), items: examples.log.itemCount)
        let nearest = try matrix.nearest(count, shrink: shrink)
        var starts = [0]
        for own in nearest { starts.append((starts.last ?? 0) + own.count) }
        self.starts = starts
        neighbours = nearest.flatMap(\.self)
    }

    /// Number of classes: the items of the log and padding.
    public var classCount: Int { starts.count - 1 }
    /// Any number of threads may ask.
    public var isConcurrent: Bool { true }
    /// Bytes of the similarities.
    public var nativeBytes: Int { 8 * (starts.count + neighbours.count) }
    /// One line.
    public var description: String {
        "\(classCount - 1) items, k \(count), shrink \(shrink), \(neighbours.count) similarities"
    }

    /// The most similar items of an item, the nearest first.
    ///
    /// - Throws: ``ModelError/unknownItem(id:items:)``.
    public func neighbours(
        of item: Int
    ) throws(ModelError) -> ArraySlice<(item: Int32, similarity: Float)> {
        guard (1..<classCount).contains(item) else {
            throw .unknownItem(id: item, items: classCount - 1)
        }
        return neighbours[starts[item]..<starts[item + 1]]
    }

    /// Calls `body` with the scores of all items after each history, 0 for padding.
    ///
    /// - Throws: ``ModelError/unknownItem(id:items:)``, or what `body` throws.
    public func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        var scores = [Float](repeating: 0, count: classCount)
        for example in 0..<batch.examples {
            for item in scores.indices { scores[item] = 0 }
            for item in Set(batch.history(of: example)).sorted() {
                for (other, similarity) in try neighbours(of: Int(item)) {
                    scores[Int(other)] += similarity
                }
            }
            try scores.withUnsafeBufferPointer { try body(example, $0) }
        }
    }
}

extension ItemNeighbours {
    /// How many neighbours each class has, and these one class after another.
    ///
    /// - Throws: ``TensorError``.
    public func record() throws(TensorError) -> BaselineRecord {
        BaselineRecord(
            ModelConfiguration(
                kind: Self.kind, sizes: ["items": classCount - 1, "k": count],
                numbers: ["shrink": shrink]),
            [
                ("counts", try Tensor(recording: zip(starts.dropFirst(), starts).map { $0 - $1 })),
                ("items", try Tensor(recording: neighbours.map { Int($0.item) })),
                ("similarities", try Tensor(neighbours.map(\.similarity))),
            ])
    }

    /// Puts it together again.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)``.
    public init(_ record: BaselineRecord) throws(ModelError) {
        count = try record.configuration.size("k")
        shrink = record.configuration.numbers?["shrink"] ?? 0
        let similarities = try record.values("similarities")
        let classes = try record.classCount
        let counts = try record.integers("counts", in: 0...similarities.count, count: classes)
        var starts = [0]
        for count in counts { starts.append((starts.last ?? 0) + count) }
        guard starts.last == similarities.count else { throw record.damaged }
        let items = try record.integers(
            "items", in: 0...classes - 1, count: similarities.count)
        self.starts = starts
        neighbours = zip(items, similarities).map { (item: Int32($0), similarity: $1) }
    }
}

/// Baskets and the items in them, from both sides.
private struct BasketMatrix {
    let baskets: [[WeightedItem]]
    /// The baskets with each class.
    let columns: [[(basket: Int, value: Double)]]
    let norms: [Double]

    init(_ baskets: [[WeightedItem]], items: Int) {
        self.baskets = baskets
        var columns = [[(basket: Int, value: Double)]](repeating: [], count: items + 1)
        for (number, basket) in baskets.enumerated() {
            for entry in basket { columns[Int(entry.item)].append((number, entry.value)) }
        }
        self.columns = columns
        norms = columns.map { column in
            column.reduce(0) { $0 + $1.value * $1.value }.squareRoot()
        }
    }

    /// The `count` most similar items of each class, of equally similar ones those with low numbers.
    func nearest(
        _ count: Int, shrink: Double
    ) throws -> [[(item: Int32, similarity: Float)]] {
        var nearest = [[(item: Int32, similarity: Float)]](repeating: [], count: columns.count)
        let blocks = min(64, columns.count)
        try nearest.withUnsafeMutableBufferPointer { nearest in
            // Each block writes its own elements.
            nonisolated(unsafe) let nearest = nearest
            try Workers.tryRun(blocks) { block in
                var products = [Double](repeating: 0, count: columns.count)
                for item in Slices.range(block, of: blocks, over: columns.count) {
                    try Interruption.check()
                    let met = multiply(item, into: &products)
                    let similar = met.map { other in
                        let norm = norms[item] * norms[other] + shrink
                        return (item: Int32(other), similarity: Float(products[other] / norm))
                    }
                    nearest[item] = Array(
                        similar.sorted {
                            $0.similarity == $1.similarity
                                ? $0.item < $1.item : $0.similarity > $1.similarity
                        }.prefix(count))
                    for other in met { products[other] = 0 }
                }
            }
        }
        return nearest
    }

    /// Writes the products of an item's column with all others, and gives those that are not zero.
    private func multiply(_ item: Int, into products: inout [Double]) -> [Int] {
        var met: [Int] = []
        for (basket, value) in columns[item] {
            for entry in baskets[basket] where Int(entry.item) != item {
                let other = Int(entry.item)
                if products[other] == 0 { met.append(other) }
                products[other] += value * entry.value
            }
        }
        return met
    }
}
