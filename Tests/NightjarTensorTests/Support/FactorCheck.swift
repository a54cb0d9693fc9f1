// Judges attribution: factors must give each example the gradient it has alone.

import Testing

@testable import NightjarTensor

/// A computation over a batch whose parameters' gradients are known by example.
struct FactorCheck {
    let examples: Int
    let parameters: [Parameter]
    /// Largest error allowed, relative to the largest element.
    var tolerance = 2e-5
    /// The sum of the losses of some examples.
    let loss: (Tape, Range<Int>) throws -> Variable

    /// Checks that gradients by example add up to the batch's and equal those of batches of one.
    func run(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let batch = try summed(0..<examples)
        let recorder = FactorRecorder()
        let tape = Tape(recorder)
        try tape.backward(from: loss(tape, 0..<examples))
        for parameter in parameters {
            let own = try recorder.gradients(of: parameter, examples: examples)
            let total = own.reduce([Double](repeating: 0, count: parameter.value.count)) {
                zip($0, $1).map { $0 + $1 }
            }
            #expect(
                difference(total, batch.dense(parameter)) < tolerance,
                "sum for \(parameter.name)", sourceLocation: sourceLocation)
            for example in 0..<examples {
                let alone = try summed(example..<example + 1).dense(parameter)
                #expect(
                    difference(own[example], alone) < tolerance,
                    "example \(example) of \(parameter.name)", sourceLocation: sourceLocation)
            }
        }
    }

    private func summed(_ range: Range<Int>) throws -> GradientSum {
        let sink = GradientSum()
        let tape = Tape(sink)
        try tape.backward(from: loss(tape, range))
        return sink
    }
}

extension GradientSum {
    /// The gradient of a parameter with rows of tables put in their places.
    func dense(_ parameter: Parameter) -> [Double] {
        var result = [Double](repeating: 0, count: parameter.value.count)
        switch self[parameter] {
        case .dense(let tensor): return tensor.doubles
        case .rows(let ids, let values):
            let width = parameter.value.columnCount
            for (row, id) in ids.enumerated() {
                for column in 0..<width {
                    result[Int(id) * width + column] += Double(values.values[row * width + column])
                }
            }
            return result
        case nil: return result
        }
    }
}

extension FactorRecorder {
    /// The gradient of a parameter for each example, from every use of it.
    func gradients(of parameter: Parameter, examples: Int) throws -> [[Double]] {
        var result = [[Double]](
            repeating: [Double](repeating: 0, count: parameter.value.count), count: examples)
        for use in uses where use.parameter === parameter {
            switch use {
            case .linear(_, let inputs, let deltas, let layout):
                let rows =
                    switch inputs {
                    case .rows(let tensor): tensor.values
                    case .gathered(let table, let ids): try table.gatheringRows(ids).values
                    }
                let (width, out) = (inputs.width, deltas.columnCount)
                let values = deltas.values
                layout.forEachRow { example, row in
                    for o in 0..<out {
                        for i in 0..<width {
                            result[example][o * width + i] +=
                                Double(values[row * out + o]) * Double(rows[row * width + i])
                        }
                    }
                }
            case .gather(_, let ids, let deltas, let layout):
                let (width, values) = (deltas.columnCount, deltas.values)
                layout.forEachRow { example, row in
                    guard ids[row] >= 0 else { return }
                    for i in 0..<width {
                        result[example][Int(ids[row]) * width + i] += Double(
                            values[row * width + i])
                    }
                }
            case .direct(_, let deltas, let layout):
                let (width, values) = (deltas.columnCount, deltas.values)
                layout.forEachRow { example, row in
                    for i in 0..<width { result[example][i] += Double(values[row * width + i]) }
                }
            }
        }
        return result
    }
}

extension RowLayout {
    /// Calls `body` with each row and its example.
    func forEachRow(_ body: (_ example: Int, _ row: Int) -> Void) {
        for example in 0..<examples {
            for step in 0..<steps { body(example, firstRow(of: example) + step * rowStride) }
        }
    }
}
