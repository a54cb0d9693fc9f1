// Everything that scripts see of measures and statistics.

import LuaHost

/// Metrics, statistics and files for outside judges.
public enum MetricsLibrary {
    /// The modules `nj.metrics`, `nj.stats` and `nj.trec` with their classes.
    public static let library = Library(
        modules: [
            MetricsModule.declaration, StatisticsModule.declaration, TRECModule.declaration,
        ],
        classes: [
            MetricReportBinding.declaration, ArmComparisonBinding.declaration,
            RecommendationBinding.declaration,
        ],
        functions: MetricsModule.functions + MetricReportBinding.functions
            + ArmComparisonBinding.functions + RecommendationBinding.functions
            + StatisticsModule.functions + TRECModule.functions)
}
