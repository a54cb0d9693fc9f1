// One grammar for metrics, in scripts, tables and papers alike.

import NightjarRuntime

/// Reads metrics from text: `NAME`, `NAME@K`, `NAME(VARIANT)`, `NAME(VARIANT)@K`.
///
/// Upper and lower case are the same, and white space does not count. What a metric prints is what is read back.
public enum Metric {
    /// All metrics, in the order of help.
    public static let all: [MetricDeclaration] = [
        ReciprocalRank.declaration, NDCG.declaration, Recall.declaration, Hit.declaration,
        Precision.declaration, AveragePrecision.declaration, RankAUC.declaration,
        MeanRank.declaration,
    ]

    /// The printed names of all metrics.
    public static var names: [String] { all.map(\.name) }

    /// Reads one metric.
    ///
    /// - Throws: ``MetricError`` for an unknown name or variant and for a cut-off that is
    ///   unreadable, missing, needless, or below 1.
    public static func parse(_ text: String) throws(MetricError) -> any RankingMetric {
        let parts = text.filter { !$0.isWhitespace }
            .split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        var name = String(parts[0])
        var variant: String?
        if name.hasSuffix(")"), let bracket = name.firstIndex(of: "(") {
            variant = String(name[name.index(after: bracket)...].dropLast())
            name = String(name[..<bracket])
        }
        let found = try declaration(named: name)
        if let asked = variant {
            variant = found.variants.first { $0.lowercased() == asked.lowercased() }
            guard variant != nil else {
                throw .unknownVariant(asked, metric: found.name, known: found.variants)
            }
        }
        let cutoff = parts.count > 1 ? try cutoff(parts[1], of: found.name) : nil
        switch (found.form, cutoff) {
        case (.atCutoff(let make), let cutoff?): return try make(cutoff)
        case (.atCutoff, nil): throw .missingCutoff(metric: found.name)
        case (.upToCutoff(let make), let cutoff): return try make(cutoff, variant)
        case (.whole(let make), nil): return make()
        case (.whole, .some): throw .needlessCutoff(metric: found.name)
        }
    }

    /// What is known of the metric with this name or alias, without a cut-off, in any case.
    ///
    /// - Throws: ``MetricError/unknownMetric(_:nearest:)``.
    public static func declaration(named name: String) throws(MetricError) -> MetricDeclaration {
        let wanted = name.lowercased()
        let found = all.first { declaration in
            declaration.name.lowercased() == wanted
                || declaration.aliases.contains { $0.lowercased() == wanted }
        }
        guard let found else {
            let known = all.flatMap { [$0.name] + $0.aliases }
            throw .unknownMetric(name, nearest: Suggestion.nearest(to: name, in: known))
        }
        return found
    }

    private static func cutoff(_ text: Substring, of metric: String) throws(MetricError) -> Int {
        guard let cutoff = Int(text) else {
            throw .unreadableCutoff(String(text), metric: metric)
        }
        return cutoff
    }
}
