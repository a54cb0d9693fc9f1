// Sorting and selecting along the last dimension.

import CKernels
import NightjarRuntime

/// The largest elements of each row, and where they stand.
public struct TopK: Sendable {
    /// Shape `[.., k]`, from the largest.
    public let values: Tensor
    /// Positions in the row, counted from 0, in the same order.
    public let positions: Positions
}

extension Tensor {
    /// Where the elements of each row stand in sorted order.
    ///
    /// Equal elements keep their order, and not-a-number comes last whatever the direction.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func argsort(descending: Bool = false) throws -> Positions {
        try ordered("argsort", taking: shape.last ?? 0, scratch: 3) { count, _, row, places, room in
            nj_argsort(count, row, descending ? 1 : 0, places, room, Self.mustStop)
        }
    }

    /// The elements of each row in sorted order, not-a-number last whatever the direction.
    ///
    /// - Throws: ``TensorError``, and `Interrupted` when the user asks to stop.
    public func sorted(descending: Bool = false) throws -> Tensor {
        try gathering(try argsort(descending: descending))
    }

    /// The `k` largest elements of each row, from the largest; of equal ones the first come first.
    ///
    /// - Throws: ``TensorError/badValue(operation:_:)`` unless `k` is 1 to the length of a row, and
    ///   `Interrupted` when the user asks to stop.
    public func topK(_ k: Int) throws -> TopK {
        guard let width = shape.last, (1...max(1, width)).contains(k), width > 0 else {
            throw TensorError.badValue(
                operation: "top k",
                "\(k) is not 1 to \(shape.last ?? 0), the length of a row of shape"
                    + " \(TensorError.text(shape))")
        }
        // Insertion is cheap while few elements enter; sorting does not mind how many do, nor in
        // which order they come.
        let inserts = k <= 64 || k <= min(1024, width / 16)
        let positions = try ordered("top k", taking: k, scratch: inserts ? 1 : 4) {
            count, k, row, places, room in
            if inserts {
                nj_top_k(count, k, row, places, room, Self.mustStop)
            } else {
                // The order of all elements is made in the fourth part of the room.
                let all = UnsafeMutableRawPointer(room + 3 * count)
                    .assumingMemoryBound(to: Int32.self)
                nj_argsort(count, row, 1, all, room, Self.mustStop)
                places.update(from: all, count: k)
            }
        }
        return TopK(values: try gathering(positions), positions: positions)
    }

    /// What the kernels ask.
    private static let mustStop: @convention(c) () -> Int32 = { Interruption.isRequested ? 1 : 0 }

    /// Calls `body` for each row with room for `taking` positions and `scratch` numbers an element.
    private func ordered(
        _ operation: String, taking: Int, scratch: Int,
        _ body: (
            _ count: Int, _ taking: Int, UnsafePointer<Float>, UnsafeMutablePointer<Int32>,
            UnsafeMutablePointer<UInt32>
        ) -> Void
    ) throws -> Positions {
        guard let width = shape.last else {
            throw TensorError.rank(
                operation: operation, expected: "at least one dimension", found: shape)
        }
        guard width <= Int(Int32.max) else { throw TensorError.badShape(shape) }
        let positionShape = shape.dropLast() + [taking]
        var positions = [Int32](repeating: 0, count: rowCount * taking)
        positions.withUnsafeMutableBufferPointer { positions in
            // Rows without elements may be very many.
            guard count > 0, let start = positions.baseAddress else { return }
            Pieces.run(rowCount, elements: count * 8) { rows in
                withUnsafeTemporaryAllocation(of: UInt32.self, capacity: scratch * width + 1) {
                    guard let room = $0.baseAddress else { return }
                    for row in rows where !Interruption.isRequested {
                        body(width, taking, pointer + row * width, start + row * taking, room)
                    }
                }
            }
        }
        withExtendedLifetime(self) {}
        try Interruption.check()
        return Positions(shape: Array(positionShape), values: positions)
    }

    /// The elements of each row at positions of that row.
    private func gathering(_ positions: Positions) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: positions.shape)
        let (width, taken) = (columnCount, result.columnCount)
        for row in 0..<(taken > 0 ? result.rowCount : 0) {
            for index in row * taken..<(row + 1) * taken {
                result.pointer[index] = pointer[row * width + Int(positions.values[index])]
            }
        }
        withExtendedLifetime(self) {}
        return result
    }
}
