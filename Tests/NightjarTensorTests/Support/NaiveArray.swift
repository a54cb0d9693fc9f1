// Multi-dimensional indexing written in the plainest way, to judge the fast one.

/// An array in double precision that is read by index.
struct NaiveArray {
    var shape: [Int]
    var values: [Double]

    /// Every index of a shape, in row-major order.
    static func indices(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { prefixes, size in
            prefixes.flatMap { prefix in (0..<size).map { prefix + [$0] } }
        }
    }

    /// Builds an array from its elements.
    init(_ shape: [Int], _ element: ([Int]) -> Double) {
        self.shape = shape
        values = Self.indices(shape).map(element)
    }

    init(_ shape: [Int], _ values: [Double]) {
        self.shape = shape
        self.values = values
    }

    /// The element at an index; missing leading dimensions and dimensions of size 1 repeat.
    subscript(_ index: [Int]) -> Double {
        var place = 0
        for (size, position) in zip(shape, index.suffix(shape.count)) {
            place = place * size + (size == 1 ? 0 : position)
        }
        return values[place]
    }

    /// Reduces one dimension.
    func reduced(_ axis: Int, _ body: ([Double]) -> Double) -> NaiveArray {
        var rest = shape
        rest.remove(at: axis)
        return NaiveArray(rest) { index in
            body(
                (0..<shape[axis]).map { position in
                    var full = index
                    full.insert(position, at: axis)
                    return self[full]
                })
        }
    }
}
