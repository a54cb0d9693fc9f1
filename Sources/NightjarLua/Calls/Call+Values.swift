// Columns of numbers, in whatever form a script has them.

import LuaHost
import NightjarInfluence
import NightjarTensor

extension LuaHost.Parameter {
    /// One number for each of many: a list, a tensor of one dimension, or scores of an influence.
    static func values(_ name: String, _ summary: String) -> LuaHost.Parameter {
        .either(
            name, [.list(.number), .object(Tensor.self), .object(InfluenceScores.self)], summary)
    }
}

extension Call {
    /// The numbers of a ``LuaHost/Parameter/values(_:_:)``.
    ///
    /// - Throws: ``LuaError`` for a tensor of several dimensions, or when an element is no number.
    func values(_ name: String) throws -> [Double] {
        if let scores = try object(ifGiven: name, as: InfluenceScores.self) {
            return scores.values.map(Double.init)
        }
        guard let tensor = try object(ifGiven: name, as: Tensor.self) else {
            return try numbers(name)
        }
        guard tensor.shape.count == 1 else {
            let shape = tensor.shape.map(String.init).joined(separator: "x")
            throw LuaError(
                "'\(name)' is a tensor of \(shape.isEmpty ? "no dimension" : "shape \(shape)"). Give"
                    + " one of one dimension, such as \(name):reshape(\(tensor.count)).")
        }
        return tensor.values.map(Double.init)
    }

    /// The numbers of a list of lists.
    ///
    /// - Throws: ``LuaError`` when an element is no list of numbers.
    func columns(_ name: String) throws -> [[Double]] {
        try table(name).values().enumerated().map { place, value in
            guard case .table(let column) = value else {
                throw LuaError(
                    "\(name)[\(place + 1)] is a \(value.typeName). Give a list of numbers for each."
                )
            }
            return try column.numbers()
        }
    }
}
