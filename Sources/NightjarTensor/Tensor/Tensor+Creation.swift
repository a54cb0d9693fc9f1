// Tensors that a rule describes.

extension Tensor {
    /// The numbers start, start + step, … before `stop`, shape `[n]`; `stop` itself is left out.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` for a step of 0 or an end at infinity.
    public static func range(
        from start: Double = 0, to stop: Double, by step: Double = 1
    ) throws(TensorError) -> Tensor {
        guard step != 0, start.isFinite, stop.isFinite, step.isFinite else {
            throw .badValue(
                operation: "arange",
                "\(start) to \(stop) by \(step) never ends. Give finite numbers and a step"
                    + " other than 0.")
        }
        let exact = ((stop - start) / step).rounded(.up)
        guard let count = Int(exactly: max(0, exact)) else {
            throw .badValue(
                operation: "arange",
                "\(start) to \(stop) by \(step) are \(exact) numbers. Give a larger step.")
        }
        let result = try Tensor(uninitialized: [count])
        for index in 0..<count {
            result.pointer[index] = Float(start + Double(index) * step)
        }
        return result
    }

    /// 1 on the diagonal and 0 elsewhere, shape `[rows, columns]`; square when `columns` is left out.
    ///
    /// - Throws: ``TensorError``.
    public static func identity(_ rows: Int, columns: Int? = nil) throws(TensorError) -> Tensor {
        let columns = columns ?? rows
        let result = try Tensor(repeating: 0, shape: [rows, columns])
        for index in 0..<min(rows, columns) { result.pointer[index * columns + index] = 1 }
        return result
    }
}
