// Some rows of a value, in another order.

extension Tape {
    /// Rows of x by number, each at most once; a negative number gives a row of zeros.
    ///
    /// Gradient to x: g in the rows that were chosen, 0 in the others.
    ///
    /// Attribution takes the first dimension for the example, so a choice after which rows of an
    /// example no longer stand where its shape says belongs after the last parameter.
    ///
    /// - Parameters:
    ///   - x: rows, shape `[.., width]`.
    ///   - numbers: the rows, from 0.
    ///   - shape: shape of the numbers; a vector without it.
    /// - Returns: the rows, shape `shape + [width]`.
    /// - Throws: ``TensorError``.
    package func rows(
        _ x: Variable, _ numbers: [Int32], shape: [Int]? = nil
    ) throws(TensorError) -> Variable {
        let (width, count) = (x.value.columnCount, x.value.rowCount)
        let source = try x.value.reshaped([count, width])
        let chosen = try source.gatheringRows(numbers)
            .reshaped((shape ?? [numbers.count]) + [width])
        var places = [Int32](repeating: -1, count: count)
        for (place, number) in numbers.enumerated() where number >= 0 {
            guard places[Int(number)] < 0 else {
                throw .badValue(
                    operation: "rows", "row \(number) is chosen twice; choose each row once")
            }
            places[Int(number)] = Int32(place)
        }
        return record(chosen, needsGradient: x.needsGradient) {
            [places] upstream throws(TensorError) in
            let gradient = try upstream.reshaped([numbers.count, width]).gatheringRows(places)
            try x.accumulate(gradient.reshaped(x.value.shape))
        }
    }
}
