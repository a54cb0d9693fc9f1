// What a causal convolution sees at each step, laid out for a linear map.

import CKernels
import NightjarRuntime

/// Which steps a causal convolution sees: the present one and `count` − 1 before it, `dilation` apart.
public struct CausalWindow: Sendable, Equatable {
    /// Number of steps k in the window.
    public let count: Int
    /// Steps d from one to the next.
    public let dilation: Int

    /// Creates a window.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` for sizes below 1 or above 2²⁴.
    public init(count: Int, dilation: Int = 1) throws(TensorError) {
        guard (1...1 << 24).contains(count), (1...1 << 24).contains(dilation) else {
            throw .badValue(
                operation: "window", "count and dilation must be from 1 to \(1 << 24)")
        }
        self.count = count
        self.dilation = dilation
    }

    /// How many steps before the present one the window reaches.
    public var reach: Int { (count - 1) * dilation }
}

extension Tape {
    /// The values of each step's window side by side, the earliest first.
    ///
    /// Column block j of row t is x[t − (k − 1 − j)·d], and zero before the step with which the
    /// example begins. A linear map of the windows is then a convolution, whose use of its weights
    /// attribution keeps in factored form: weight `[out, k·D]` holds PyTorch's `[out, D, k]` with
    /// the last two dimensions exchanged.
    ///
    /// Gradient to x[s]: Σ_j g[s + (k − 1 − j)·d], block j, over the steps that see s.
    ///
    /// - Parameters:
    ///   - x: shape `[T, B, D]`, time-major.
    ///   - window: what a step sees.
    ///   - begins: the step from 0 with which each example begins; rows before it are left zero.
    /// - Returns: the windows, shape `[T, B, k·D]`.
    /// - Throws: ``TensorError``.
    public func causalWindows(
        _ x: Variable, _ window: CausalWindow, begins: [Int32]
    ) throws(TensorError) -> Variable {
        let shape = x.value.shape
        guard shape.count == 3 else {
            throw .rank(operation: "windows", expected: "steps, examples, values", found: shape)
        }
        guard begins.count == shape[1] else {
            throw .countMismatch(shape: [shape[1]], values: begins.count)
        }
        let (row, overflow) = shape[2].multipliedReportingOverflow(by: window.count)
        guard !overflow else { throw .badShape([shape[0], shape[1], shape[2], window.count]) }
        let input = x.value
        let windows = try Tensor(repeating: 0, shape: [shape[0], shape[1], row])
        let sight = WindowSight(window, shape, begins)
        sight.forEachPair { step, place in
            (windows.pointer + place).update(from: input.pointer + step, count: shape[2])
        }
        withExtendedLifetime((input, windows)) {}
        return record(windows, needsGradient: x.needsGradient) { upstream throws(TensorError) in
            let gradient = try Tensor(repeating: 0, shape: shape)
            sight.forEachPair { step, place in
                nj_axpy(shape[2], 1, upstream.pointer + place, gradient.pointer + step)
            }
            withExtendedLifetime((upstream, gradient)) {}
            try x.accumulate(gradient)
        }
    }
}

/// Which step stands at which place of whose window.
private struct WindowSight {
    let window: CausalWindow
    let steps: Int
    let examples: Int
    let width: Int
    let begins: [Int32]

    init(_ window: CausalWindow, _ shape: [Int], _ begins: [Int32]) {
        self.window = window
        (steps, examples, width) = (shape[0], shape[1], shape[2])
        self.begins = begins
    }

    /// Calls `body` with the first element of each step that is seen, and of its place in a window.
    ///
    /// Examples run in parallel; each touches its own elements only.
    func forEachPair(_ body: (_ step: Int, _ place: Int) -> Void) {
        let blocks = max(1, min(64, examples / 16))
        Workers.run(blocks) { block in
            for example in Slices.range(block, of: blocks, over: examples) {
                for seen in min(steps, max(0, Int(begins[example])))..<steps {
                    let source = (seen * examples + example) * width
                    // From the latest place in the window to earlier ones, as far as steps go.
                    for back in 0..<window.count {
                        let step = seen + back * window.dilation
                        guard step < steps else { break }
                        let row = step * examples + example
                        body(source, (row * window.count + window.count - 1 - back) * width)
                    }
                }
            }
        }
    }
}
