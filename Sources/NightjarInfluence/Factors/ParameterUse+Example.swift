// The gradient of one example as a plain tensor, for the few cases that need it whole.

import CKernels
import NightjarTensor

extension ParameterUse {
    /// Adds the gradient of one example to `target`, which has the parameter's elements.
    func addGradient(of example: Int, to target: UnsafeMutablePointer<Float>) {
        let first = layout.firstRow(of: example)
        for step in 0..<layout.steps {
            let row = first + step * layout.rowStride
            switch self {
            case .linear(_, let inputs, let deltas, _):
                let width = inputs.width
                let source = inputs.start(ofRow: row)
                let delta = deltas.pointer + row * deltas.columnCount
                for out in 0..<deltas.columnCount {
                    nj_axpy(width, delta[out], source, target + out * width)
                }
            case .gather(_, let ids, let deltas, _):
                guard ids[row] >= 0 else { continue }
                let width = deltas.columnCount
                nj_axpy(width, 1, deltas.pointer + row * width, target + Int(ids[row]) * width)
            case .direct(_, let deltas, _):
                let width = deltas.columnCount
                nj_axpy(width, 1, deltas.pointer + row * width, target)
            }
        }
    }
}

extension FactorInput {
    /// The first number of a row.
    func start(ofRow row: Int) -> UnsafeMutablePointer<Float> {
        switch self {
        case .rows(let tensor): tensor.pointer + row * width
        case .gathered(let table, let ids): table.pointer + Int(ids[row]) * width
        }
    }

    /// The rows of one example one after the other, `[steps][width]`.
    func copyRows(of example: Int, _ layout: RowLayout, to target: UnsafeMutablePointer<Float>) {
        var row = layout.firstRow(of: example)
        for step in 0..<layout.steps {
            (target + step * width).update(from: start(ofRow: row), count: width)
            row += layout.rowStride
        }
    }
}
