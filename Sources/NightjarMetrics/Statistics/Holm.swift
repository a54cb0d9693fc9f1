/// Holm's correction for testing several hypotheses at once.
public enum Holm {
    /// Adjusts p-values so that comparing each with 0.05 keeps the chance of any false alarm at 5 %.
    ///
    ///     p̃₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎)      p₍₁₎ ≤ … ≤ p₍ₘ₎
    ///
    /// Source: S. Holm, *A simple sequentially rejective multiple test procedure*, 1979.
    ///
    /// - Throws: ``StatisticsError/badOption(_:_:allowed:)`` for a p-value outside 0…1.
    public static func adjusted(_ pValues: [Double]) throws(StatisticsError) -> [Double] {
        if let bad = pValues.first(where: { !($0 >= 0 && $0 <= 1) }) {
            throw .badOption("a p-value", bad, allowed: "numbers from 0 to 1")
        }
        var adjusted = pValues
        var greatest = 0.0
        let order = pValues.indices.sorted { pValues[$0] < pValues[$1] }
        for (place, index) in order.enumerated() {
            greatest = max(greatest, min(1, Double(pValues.count - place) * pValues[index]))
            adjusted[index] = greatest
        }
        return adjusted
    }
}
