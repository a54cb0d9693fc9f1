// Going along one dimension of a tensor.

import CKernels
import NightjarRuntime

/// The lines of a tensor along one dimension: `slabs` × `stride` lines of `length` elements.
struct Lines {
    /// Number of matrices before the dimension.
    let slabs: Int
    /// Number of elements of a line.
    let length: Int
    /// Number of elements after the dimension: the distance between neighbours of a line.
    let stride: Int

    /// Number of lines.
    var count: Int { slabs * stride }

    /// Calls `body` for groups of lines, with the first element's place and the first result's.
    ///
    /// Lines are independent, so how they are grouped changes no result.
    func forEachGroup(_ body: (nj_lines, _ first: Int, _ result: Int) -> Void) {
        guard count > 0 else { return }
        // Slabs are cut where there are many of them, else columns, in groups of whole tiles.
        let cutsSlabs = slabs >= 8 || stride < 128
        let length = length
        Pieces.run(cutsSlabs ? slabs : (stride + 63) / 64, elements: count * length) { part in
            if cutsSlabs {
                body(
                    nj_lines(slabs: part.count, length: length, stride: stride, columns: stride),
                    part.lowerBound * length * stride, part.lowerBound * stride)
            } else {
                let start = part.lowerBound * 64
                let columns = min(part.count * 64, stride - start)
                body(
                    nj_lines(slabs: slabs, length: length, stride: stride, columns: columns),
                    start, start)
            }
        }
    }
}

extension Tensor {
    /// The dimension that `axis` means; a negative one counts from the end, -1 being the last.
    ///
    /// - Throws: ``TensorError/indexOutOfRange(operation:index:limit:)``.
    func dimension(_ axis: Int, _ operation: String) throws(TensorError) -> Int {
        let index = axis < 0 ? axis + shape.count : axis
        guard shape.indices.contains(index) else {
            throw .rank(
                operation: operation, expected: "a tensor with a dimension \(axis)", found: shape)
        }
        return index
    }

    /// The lines along a dimension.
    func lines(along dimension: Int) -> Lines {
        Lines(
            slabs: shape[..<dimension].reduce(1, *), length: shape[dimension],
            stride: shape[(dimension + 1)...].reduce(1, *))
    }

    /// The shape without a dimension, or with it as 1.
    func shape(without dimension: Int, keepingAxis: Bool) -> [Int] {
        var reduced = shape
        if keepingAxis { reduced[dimension] = 1 } else { reduced.remove(at: dimension) }
        return reduced
    }

    /// A function of lines that gives one number for each.
    typealias LineKernel =
        @convention(c) (nj_lines, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void

    /// One number for each line.
    ///
    /// - Throws: ``TensorError/outOfMemory(bytes:)``.
    func reduced(
        _ lines: Lines, to shape: [Int], _ kernel: LineKernel
    ) throws(TensorError) -> Tensor {
        let result = try Tensor(uninitialized: shape)
        lines.forEachGroup { group, first, place in
            kernel(group, pointer + first, result.pointer + place)
        }
        withExtendedLifetime(self) {}
        return result
    }
}
