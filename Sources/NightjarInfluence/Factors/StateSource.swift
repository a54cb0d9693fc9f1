// The states of examples: what a model's output layer is applied to.

import NightjarModels
import NightjarTensor

extension Moment {
    /// The states of some examples, from the model's own loss.
    ///
    /// Losses over items say what they score items from. Where a model written by hand has none of
    /// them, the layer that gives a number for every class tells its input as a factor.
    ///
    /// - Throws: ``InfluenceError/noStates(checkpoint:)``, what the model's loss throws.
    func states(_ source: TileSource, _ tile: Range<Int>) throws -> OutputStates {
        let batch = try source.batch(tile, for: model)
        let recorder = FactorRecorder()
        let tape = Tape(recorder)
        let loss = try model.loss(
            batch, scales: [Float](repeating: 1, count: batch.examples), on: tape)
        if let states = tape.outputStates { return states }
        try tape.backward(from: loss.total)
        for use in recorder.uses {
            guard case .linear(_, let inputs, let deltas, let layout) = use,
                deltas.columnCount == model.classCount, layout.examples == batch.examples,
                layout.steps == 1
            else { continue }
            switch inputs {
            case .rows(let rows):
                return OutputStates(
                    rows: try rows.reshaped([layout.rowCount, inputs.width]),
                    targets: batch.targets, layout: layout)
            case .gathered(let table, let ids):
                return OutputStates(
                    rows: try table.gatheringRows(ids), targets: batch.targets, layout: layout)
            }
        }
        throw InfluenceError.noStates(checkpoint: snapshot.name)
    }
}
