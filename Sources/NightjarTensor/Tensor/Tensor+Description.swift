// The text of a tensor: short, however large the tensor is.

import NightjarRuntime

extension Tensor: CustomStringConvertible {
    /// A line with type and shape, and the elements below it.
    ///
    /// Up to ``TensorPreview/wholeCount`` elements are shown when they fit in a screen; else the
    /// first and last of each dimension, and the header summarises all of them.
    public var description: String { description(width: TensorPreview.usualWidth) }

    /// The same in lines of `width` characters, as far as that is possible.
    public func description(width: Int) -> String {
        let title = "Tensor \(TensorError.text(shape)) f32"
        guard count > 0 else { return title }
        let preview = TensorPreview(self, width: width)
        let header = preview.isWhole ? title : "\(title)  \(summaryText)"
        return ([header] + preview.lines).joined(separator: "\n")
    }

    /// Most elements that are read for a text.
    private static let summarisedCount = 1_000_000

    private var summaryText: String {
        guard count <= Self.summarisedCount else {
            return "(no statistics: more than 1e6 elements)"
        }
        return TensorSummary(self).description
    }
}

/// Range and mean of the finite elements of a tensor, and how many are not finite.
struct TensorSummary: CustomStringConvertible {
    private(set) var minimum = Float.infinity
    private(set) var maximum = -Float.infinity
    private(set) var mean = 0.0
    private(set) var nanCount = 0
    private(set) var infiniteCount = 0

    init(_ tensor: Tensor) {
        var sum = 0.0
        var finite = 0
        tensor.withUnsafeValues { values in
            for value in values {
                guard value.isFinite else {
                    if value.isNaN { nanCount += 1 } else { infiniteCount += 1 }
                    continue
                }
                minimum = min(minimum, value)
                maximum = max(maximum, value)
                sum += Double(value)
                finite += 1
            }
        }
        mean = sum / Double(finite)
    }

    /// `min -0.31  max 0.29  mean 0.0004`, then counts of what is not finite if there are any.
    var description: String {
        var parts: [String] = []
        if !mean.isNaN {
            parts = [("min", Double(minimum)), ("max", Double(maximum)), ("mean", mean)].map {
                "\($0) \(NumberText.significant($1, digits: 4))"
            }
        }
        if nanCount > 0 { parts.append("nan \(nanCount)") }
        if infiniteCount > 0 { parts.append("inf \(infiniteCount)") }
        return parts.joined(separator: "  ")
    }
}
