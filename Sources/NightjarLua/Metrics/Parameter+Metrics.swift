// The argument that lists metrics.

import LuaHost
import NightjarMetrics

extension Parameter {
    /// Metrics by name, which ``Metric/parse(_:)`` reads.
    static func metrics(takesArrayPart: Bool = false, _ summary: String) -> Parameter {
        .list(
            "metrics", of: .string, optional: true, takesArrayPart: takesArrayPart,
            known: Metric.all.flatMap { metric in
                metric.spellings.map { ($0, metric.summary) }
            }, summary)
    }
}
