// Labels that a model draws itself, for which the second moment of gradients is its Fisher matrix.

import CKernels
import NightjarRuntime

/// Has the cross-entropies of a tape compare with classes that they draw from the model's softmax.
///
/// With ``Tape/labelDraws`` set, given targets only say which rows have a label at all. What is drawn
/// for an example depends on the stream and on the example's number, not on the batch in which it
/// goes through the model.
public struct LabelDraws: Sendable {
    private let stream: RandomStream
    private let firstExample: Int

    /// Draws from `stream` for a batch whose first example has the number `firstExample`.
    public init(_ stream: RandomStream, firstExample: Int = 0) {
        self.stream = stream
        self.firstExample = firstExample
    }

    /// One number in 0 ..< 1 for each row, for the loss with this number on its tape.
    fileprivate func uniforms(_ layout: RowLayout, loss: Int) -> [Double] {
        let own = stream.split("loss \(loss)")
        var values = [Double](repeating: 0, count: layout.rowCount)
        for example in 0..<layout.examples {
            var draws = own.split("\(firstExample + example)")
            for step in 0..<layout.steps {
                values[layout.firstRow(of: example) + step * layout.rowStride] = draws.uniform()
            }
        }
        return values
    }
}

extension Tape {
    /// Rows whose scores exist at a time.
    private static let rowsAtATime = 1024

    /// The labels of a cross-entropy: the given ones, or drawn ones for those that `isLabel` accepts.
    ///
    /// - Parameters:
    ///   - targets: a class for each row.
    ///   - isLabel: whether a row with this target has a label.
    ///   - layout: which row belongs to which example.
    ///   - scores: gives the scores of all classes for some rows.
    /// - Returns: a class for each row, and a tangent of the scores where the tape has tangents.
    /// - Throws: ``TensorError``.
    func labels(
        _ targets: [Int32], where isLabel: (Int32) -> Bool, _ layout: RowLayout,
        scores: (Range<Int>) throws(TensorError) -> Tensor
    ) throws(TensorError) -> OutputLabels {
        if let outputTangents {
            let tangent = try outputTangents.take(rows: targets.count, scores: scores)
            return OutputLabels(targets: targets, tangent: tangent)
        }
        guard let labelDraws else { return OutputLabels(targets: targets, tangent: nil) }
        let uniforms = labelDraws.uniforms(layout, loss: drawnLosses)
        drawnLosses += 1
        var labels = targets
        for first in stride(from: 0, to: targets.count, by: Self.rowsAtATime) {
            let some = first..<min(first + Self.rowsAtATime, targets.count)
            let chunk = try scores(some)
            let classes = chunk.columnCount
            let probabilities = try Tensor(uninitialized: [some.count, classes])
            Pieces.run(some.count, elements: chunk.count) { rows in
                nj_softmax(
                    rows.count, classes, chunk.pointer + rows.lowerBound * classes,
                    probabilities.pointer + rows.lowerBound * classes)
            }
            for row in some where isLabel(targets[row]) {
                let line = UnsafeBufferPointer(
                    start: probabilities.pointer + (row - first) * classes, count: classes)
                labels[row] = Self.draw(line, uniforms[row])
            }
            withExtendedLifetime((chunk, probabilities)) {}
        }
        return OutputLabels(targets: labels, tangent: nil)
    }

    /// The class at which the cumulative probability passes `uniform`.
    private static func draw(
        _ probabilities: UnsafeBufferPointer<Float>, _ uniform: Double
    ) -> Int32 {
        var (rest, last) = (uniform, 0)
        for (place, probability) in probabilities.enumerated() where probability > 0 {
            last = place
            rest -= Double(probability)
            if rest < 0 { break }
        }
        // Rounding can leave a rest after all classes: the last possible one is meant then.
        return Int32(last)
    }
}
