// Tensors, shapes and dimensions in arguments.

import LuaHost
import NightjarTensor

extension LuaHost.Parameter {
    /// A tensor, or what becomes one: a number, or nested lists of numbers.
    static func operand(_ name: String, _ summary: String) -> LuaHost.Parameter {
        .either(name, [.object(Tensor.self), .number, .list(.number)], summary)
    }

    /// A dimension to go along.
    static let axis = LuaHost.Parameter.integer(
        "axis", optional: true,
        "the dimension to go along, from 1, or -1 for the last; all elements if left out")

    /// Whether a dimension stays.
    static let keep = LuaHost.Parameter.boolean(
        "keep", default: false, "keep that dimension with size 1, so that shapes still fit")

    /// The sizes of a new tensor.
    static let shape = LuaHost.Parameter.either(
        "shape", [.integer(Limits(low: 0)), .list(.integer)],
        "its sizes, such as { 3, 4 }, or one number for a vector")
}

extension Call {
    /// A tensor, or a new one of a number or of nested lists.
    ///
    /// - Throws: When lists are ragged or hold something else than numbers.
    func operand(_ name: String) throws -> Tensor {
        if let tensor = try object(ifGiven: name, as: Tensor.self) { return tensor }
        let numbers = try nestedNumbers(name)
        return try Tensor(numbers.values, shape: numbers.shape)
    }

    /// A shape given as a list of sizes or as one size.
    ///
    /// - Throws: When an element is no integer.
    func shape(_ name: String) throws -> [Int] {
        if let size = try integer(ifGiven: name) { return [size] }
        return try integers(name)
    }

    /// The dimension of `tensor` that the option `axis` names, if the script gave it.
    ///
    /// - Throws: ``TensorError`` when there is no such dimension.
    func axis(of tensor: Tensor) throws -> Int? {
        guard let position = try integer(ifGiven: "axis") else { return nil }
        return try tensor.axis(at: position)
    }
}

extension Tensor: LuaObject {
    /// The bytes of the memory that the tensor keeps, of which a view may show a part.
    public var nativeBytes: Int { storageBytes }
    /// The memory, which a tensor shares with its views.
    public var nativeOwner: AnyObject? { storageOwner }
}
