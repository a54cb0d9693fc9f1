// What followed the last items before.

import CKernels
import NightjarData
import NightjarRuntime
import NightjarTensor

/// Scores items by how often they followed the latest ones: a Markov chain, with back-off.
///
/// The probability of item i after a context of the latest k items is
///
///     P_k(i) = (n_k(i) + s·P_{k−1}(i)) / (n_k + s)
///
/// where n_k(i) counts how often i followed the context, n_k what followed it in all, and s is the
/// smoothing; P_0 does so for no context at all, over equal probabilities. A context that never
/// occurred leaves the shorter one's probabilities as they are, and with s = 0 one that did settles
/// everything.
///
/// Source: D. MacKay and L. Bauman Peto, *A hierarchical Dirichlet language model*, Natural Language
/// Engineering 1(3), 1995.
public struct MarkovScorer: Baseline {
    /// Its name.
    public static let kind = "markov"

    /// What followed one context.
    private struct Followers {
        var total = 0.0
        var counts: [Int32: Double] = [:]

        mutating func add(_ item: Int32, _ weight: Double) {
            total += weight
            counts[item, default: 0] += weight
        }
    }

    /// The same, ready for scoring.
    private struct Row {
        /// What is left of the shorter context's probabilities.
        let rest: Float
        /// What is added to those of some items.
        let shares: [(item: Int32, share: Float)]
    }

    private static let orders = 1...100

    /// How many items back a context reaches.
    public let order: Int
    /// The weight s of the shorter context.
    public let smoothing: Double
    private let base: [Float]
    private let rows: [[Int32]: Row]
    /// Bytes of the counts, about.
    public let nativeBytes: Int

    /// Counts what follows the contexts of `examples`, each with its weight.
    ///
    /// - Parameters:
    ///   - examples: what to count.
    ///   - order: how many items back a context reaches, at most.
    ///   - smoothing: the weight s of the shorter context.
    /// - Throws: ``ModelError``, and `Interrupted` when the user asks to stop.
    public init(
        trainedOn examples: some BaselineExamples, order: Int = 1, smoothing: Double = 1
    ) throws {
        guard Self.orders.contains(order) else {
            throw ModelError.badSize(option: "order", value: order)
        }
        guard smoothing >= 0, smoothing.isFinite else {
            throw ModelError.badNumber(
                option: "smoothing", value: smoothing, allowed: "a number from 0")
        }
        self.order = order
        self.smoothing = smoothing
        var whole = Followers()
        var contexts: [[Int32]: Followers] = [:]
        var seen = 0
        try examples.forEachTarget { history, target, weight in
            seen += 1
            if seen.isMultiple(of: 1 << 16) { try Interruption.check() }
            whole.add(target, weight)
            for length in 1..<min(order, history.count) + 1 {
                contexts[Array(history.suffix(length)), default: Followers()].add(target, weight)
            }
        }
        let items = examples.log.itemCount
        let equal = 1 / Double(max(1, items))
        let all = whole.total + smoothing
        let shares = (1..<items + 1).map { item in
            let count = whole.counts[Int32(truncatingIfNeeded: item)] ?? 0
            return Float(all > 0 ? (count + smoothing * equal) / all : equal)
        }
        base = [0] + shares
        let followers = contexts.values.reduce(0) { $0 + $1.counts.count }
        nativeBytes = Self.bytes(items: items, contexts: contexts.count, followers: followers)
        rows = contexts.mapValues { followers in
            let all = followers.total + smoothing
            return Row(
                rest: Float(smoothing / all),
                shares: followers.counts.map { (item: $0.key, share: Float($0.value / all)) })
        }
    }

    /// Number of classes: the items of the log and padding.
    public var classCount: Int { base.count }
    /// Any number of threads may ask.
    public var isConcurrent: Bool { true }
    /// One line.
    public var description: String {
        "\(classCount - 1) items, order \(order), smoothing \(smoothing), \(rows.count) contexts"
    }

    /// Calls `body` with the probabilities of all items after each history, 0 for padding.
    ///
    /// - Throws: what `body` throws.
    public func forEachExample(
        of batch: Batch, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        var scores = base
        for example in 0..<batch.examples {
            let latest = batch.history(of: example, last: order)
            scores.withUnsafeMutableBufferPointer { scores in
                _ = scores.update(fromContentsOf: base)
                for length in 1..<latest.count + 1 {
                    // A context that was never seen has no longer one that was.
                    guard let row = rows[Array(latest.suffix(length))] else { break }
                    if let start = scores.baseAddress {
                        nj_scale(scores.count, row.rest, start, start)
                    }
                    for (item, share) in row.shares { scores[Int(item)] += share }
                }
            }
            try scores.withUnsafeBufferPointer { try body(example, $0) }
        }
    }
}

extension MarkovScorer {
    /// The probabilities without context, and the contexts, one after another in their order.
    ///
    /// - Throws: ``TensorError``.
    public func record() throws(TensorError) -> BaselineRecord {
        let contexts = rows.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let shares = contexts.map { $0.value.shares.sorted { $0.item < $1.item } }
        return BaselineRecord(
            ModelConfiguration(
                kind: Self.kind, sizes: ["items": classCount - 1, "order": order],
                numbers: ["smoothing": smoothing]),
            [
                ("base", try Tensor(base)),
                ("context_lengths", try Tensor(recording: contexts.map(\.key.count))),
                ("context_items", try Tensor(recording: contexts.flatMap { $0.key.map(Int.init) })),
                ("rests", try Tensor(contexts.map(\.value.rest))),
                ("follower_counts", try Tensor(recording: shares.map(\.count))),
                ("followers", try Tensor(recording: shares.joined().map { Int($0.item) })),
                ("shares", try Tensor(shares.joined().map(\.share))),
            ])
    }

    /// Puts it together again.
    ///
    /// - Throws: ``ModelError/damagedCounts(kind:)``.
    public init(_ record: BaselineRecord) throws(ModelError) {
        order = try record.configuration.size("order")
        guard Self.orders.contains(order) else { throw record.damaged }
        smoothing = record.configuration.numbers?["smoothing"] ?? 0
        base = try record.values("base", count: try record.classCount)
        let rests = try record.values("rests")
        let shares = try record.values("shares")
        let (classes, contexts) = (0...base.count - 1, rests.count)
        let items = try record.integers("context_items", in: classes)
        let lengths = try record.integers("context_lengths", in: 1...order, count: contexts)
        let followers = try record.integers("followers", in: classes, count: shares.count)
        let counts = try record.integers("follower_counts", in: 0...shares.count, count: contexts)
        guard lengths.reduce(0, +) == items.count, counts.reduce(0, +) == shares.count else {
            throw record.damaged
        }
        var rows: [[Int32]: Row] = [:]
        var (item, share) = (0, 0)
        for context in 0..<contexts {
            let key = items[item..<item + lengths[context]].map { Int32($0) }
            let some = share..<share + counts[context]
            rows[key] = Row(
                rest: rests[context],
                shares: some.map { (item: Int32(followers[$0]), share: shares[$0]) })
            item += lengths[context]
            share += counts[context]
        }
        self.rows = rows
        nativeBytes = Self.bytes(items: base.count - 1, contexts: contexts, followers: shares.count)
    }

    /// Bytes that the counts take, about.
    private static func bytes(items: Int, contexts: Int, followers: Int) -> Int {
        4 * items + 128 * contexts + 8 * followers
    }
}

extension Batch {
    /// The items of an example's history without padding, at most the latest `count`.
    func history(of example: Int, last count: Int? = nil) -> [Int32] {
        var items: [Int32] = []
        for step in stride(from: steps - 1, through: 0, by: -1) {
            if let count, items.count == count { break }
            let item = ids[step * examples + example]
            if item > 0 { items.append(item) }
        }
        return items.reversed()
    }
}
