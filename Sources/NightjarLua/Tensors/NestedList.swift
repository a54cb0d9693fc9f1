// Numbers in row-major order as the nested lists of a shape.

import LuaHost
import NightjarTensor

/// Lists in lists; a single number when there are no dimensions.
struct NestedList<Element: LuaConvertible>: LuaConvertible {
    private let shape: ArraySlice<Int>
    private let elements: ArraySlice<Element>

    /// Arranges `elements` in the dimensions of `shape`.
    ///
    /// - Throws: ``LuaError`` when they are too many for Lua.
    init(_ elements: [Element], shape: [Int]) throws {
        try NestedListLimit.requireRoom(for: shape)
        self.shape = shape[...]
        self.elements = elements[...]
    }

    private init(_ elements: ArraySlice<Element>, _ shape: ArraySlice<Int>) {
        self.shape = shape
        self.elements = elements
    }

    func push(onto stack: LuaStack) throws {
        guard let size = shape.first else { return try stack.push(elements.first) }
        guard shape.count > 1 else {
            return try Element.push(list: Array(elements), onto: stack)
        }
        let width = size > 0 ? elements.count / size : 0
        let rows = (0..<size).map { row in
            let start = elements.startIndex + row * width
            return Self(elements[start..<start + width], shape.dropFirst())
        }
        try Self.push(list: rows, onto: stack)
    }
}

extension NestedList where Element == Int {
    /// Arranges positions in lists that count from 1.
    ///
    /// - Throws: ``LuaError`` when they are too many.
    init(_ positions: Positions) throws {
        try self.init(positions.values.map { Int($0) + 1 }, shape: positions.shape)
    }
}

/// How much is turned into Lua values, which take four times the memory of an element and more.
enum NestedListLimit {
    /// The most elements and inner lists together.
    static let values = 10_000_000

    /// Checks before anything is made that the lists of a shape are not too large.
    ///
    /// - Throws: ``LuaError`` when they are.
    static func requireRoom(for shape: [Int]) throws {
        var level = 1
        var total = 0
        for size in shape {
            let (product, overflow) = level.multipliedReportingOverflow(by: size)
            guard !overflow, product <= values - total else {
                let text = shape.map(String.init).joined(separator: "x")
                throw LuaError(
                    "lists of shape \(text) are too long for Lua: at most \(values) values are"
                        + " made; take rows of the tensor first, or save it to a file")
            }
            level = product
            total += product
        }
    }
}
