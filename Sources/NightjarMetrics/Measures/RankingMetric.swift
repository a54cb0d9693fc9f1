// What every ranking metric is: a value with a name that scores one example at a time.

/// A measure of how well relevant items are ranked.
///
/// Values for each example come first; means, intervals and tests are derived from them.
public protocol RankingMetric: Sendable, CustomStringConvertible {
    /// Name, variants and cut-off rule, from which text is parsed and help is written.
    static var declaration: MetricDeclaration { get }

    /// Whether a greater value is a better ranking.
    var higherIsBetter: Bool { get }

    /// The value for an example that has at least one relevant item.
    func score(_ example: RankedExample) -> Double
}

extension RankingMetric {
    /// Whether a greater value is a better ranking, as for most metrics.
    public var higherIsBetter: Bool { true }

    /// Scores every example.
    ///
    /// An example with nothing to find gets NaN, not 0: its value says nothing about the ranking.
    public func perExample(_ ranks: RelevantRanks) -> [Double] {
        (0..<ranks.count).map { index in
            let example = ranks[index]
            return example.ranks.isEmpty ? .nan : score(example)
        }
    }
}

/// What a metric's text may look like, and what help says about it.
public struct MetricDeclaration: Sendable {
    /// How the metric is made, which decides whether a cut-off such as `@10` belongs to its name.
    enum Form: Sendable {
        /// Undefined without a cut-off.
        case atCutoff(@Sendable (Int) throws(MetricError) -> any RankingMetric)
        /// Over the whole ranking without a cut-off; the second value is the variant's name.
        case upToCutoff(@Sendable (Int?, String?) throws(MetricError) -> any RankingMetric)
        /// Over the whole ranking always.
        case whole(@Sendable () -> any RankingMetric)
    }

    /// The name as printed.
    public let name: String
    /// Other names that are understood.
    public let aliases: [String]
    /// Variants, written in brackets after the name.
    public let variants: [String]
    /// One line of help.
    public let summary: String
    let form: Form

    init(
        _ name: String, aliases: [String] = [], variants: [String] = [], summary: String,
        _ form: Form
    ) {
        self.name = name
        self.aliases = aliases
        self.variants = variants
        self.summary = summary
        self.form = form
    }

    /// How scripts usually write the metric, such as `mrr` and `mrr@10`.
    public var spellings: [String] {
        let name = name.lowercased()
        return switch form {
        case .atCutoff: ["\(name)@10"]
        case .upToCutoff: [name, "\(name)@10"]
        case .whole: [name]
        }
    }

    /// How the metric is written, such as `Recall@k` or `nDCG[@k]`.
    public var usage: String {
        switch form {
        case .atCutoff: "\(name)@k"
        case .upToCutoff: "\(name)[@k]"
        case .whole: name
        }
    }
}

/// A metric's printed name: `nDCG`, `nDCG@10`, `nDCG(LensKit)@10`.
func metricName(_ name: String, variant: String? = nil, cutoff: Int? = nil) -> String {
    name + (variant.map { "(\($0))" } ?? "") + (cutoff.map { "@\($0)" } ?? "")
}

/// Refuses a cut-off below 1.
func checkedCutoff(_ cutoff: Int) throws(MetricError) -> Int {
    guard cutoff >= 1 else { throw .badCutoff(cutoff) }
    return cutoff
}
