// Arithmetic of values in a pass, by the cheapest operation that keeps gradients of examples apart.

import LuaHost
import NightjarTensor

extension Operand {
    /// The sum.
    static func + (left: Operand, right: Operand) throws -> PassVariable {
        switch (left, right) {
        case (.value(let x), .number(let y)), (.number(let y), .value(let x)):
            return try x.pass.value(x.pass.tape.shift(x.get(), by: y))
        case (.value(let x), .parameter(let layer)), (.parameter(let layer), .value(let x)):
            if try x.ends(in: layer) {
                return try x.pass.value(x.pass.tape.add(x.get(), layer.parameter()))
            }
        default: break
        }
        return try combine(left, right) { try $0.add($1, $2) }
    }

    /// The difference.
    static func - (left: Operand, right: Operand) throws -> PassVariable {
        if case (.value, .number(let y)) = (left, right) { return try left + .number(-y) }
        return try combine(left, right) { try $0.subtract($1, $2) }
    }

    /// The product of elements.
    static func * (left: Operand, right: Operand) throws -> PassVariable {
        switch (left, right) {
        case (.value(let x), .number(let y)), (.number(let y), .value(let x)):
            return try x.pass.value(x.pass.tape.scale(x.get(), by: y))
        case (.value(let x), .parameter(let layer)), (.parameter(let layer), .value(let x)):
            if try x.ends(in: layer) {
                return try x.pass.value(x.pass.tape.multiply(x.get(), layer.parameter()))
            }
        default: break
        }
        return try combine(left, right) { try $0.multiply($1, $2) }
    }

    /// The quotient of elements.
    static func / (left: Operand, right: Operand) throws -> PassVariable {
        try combine(left, right) { try $0.divide($1, $2) }
    }

    /// 1 where a comparison holds and 0 elsewhere; no gradient goes through it.
    static func compare(
        _ left: Operand, _ right: Operand,
        _ compare: (Tensor, Tensor) throws -> Tensor
    ) throws -> PassVariable {
        let pair = try OperandPair(left, right)
        return try pair.pass.constant(compare(pair.left.value, pair.right.value))
    }

    private static func combine(
        _ left: Operand, _ right: Operand,
        _ operation: (Tape, Variable, Variable) throws -> Variable
    ) throws -> PassVariable {
        let pair = try OperandPair(left, right)
        return try pair.pass.value(operation(pair.pass.tape, pair.left, pair.right))
    }
}

extension PassVariable {
    /// Whether a parameter has the shape of the last dimensions, the batch not among them.
    fileprivate func ends(in layer: ParameterLayer) throws -> Bool {
        let shape = try get().value.shape
        let own = try layer.parameter().value.shape
        return pass.examples != nil && own.count < shape.count
            && Array(shape.suffix(own.count)) == own
    }

    /// The matrix product of the last two dimensions.
    func matmul(_ other: Operand, transposesOther: Bool) throws -> PassVariable {
        let x = try get()
        let shape = x.value.shape
        if case .parameter(let layer) = other, transposesOther, pass.examples != nil,
            try layer.parameter().value.shape.count == 2, shape.count > 1
        {
            return try pass.value(pass.tape.linear(x, layer.parameter()))
        }
        // One row for each example is a matrix of one row.
        let isRow = pass.examples != nil && shape.count == 2
        let left = isRow ? try pass.tape.reshape(x, [shape[0], 1, shape[1]]) : x
        let right = try other.matrix(in: pass)
        let product = try pass.tape.matmul(left, right, transposingRight: transposesOther)
        guard isRow else { return try pass.value(product) }
        var kept = product.value.shape
        if kept.count == 3, kept[1] == 1 { kept.remove(at: 1) }
        return try pass.value(pass.tape.reshape(product, kept))
    }

    /// The value where a mask is not 0, `other` elsewhere.
    func filled(where mask: PassVariable, with number: Float) throws -> PassVariable {
        let pair = try OperandPair(.value(self), .value(mask))
        return try pass.value(pass.tape.maskedFill(pair.left, pair.right.value, with: number))
    }

    /// Changes the value by an operation along its last dimension, for which another is exchanged.
    func alongLast(
        _ position: Int, _ operation: (Variable) throws -> Variable
    ) throws -> PassVariable {
        let x = try get()
        let axis = try pass.axis(position, of: x)
        let last = x.value.shape.count - 1
        guard axis != last else { return try pass.value(operation(x)) }
        let exchanged = try operation(pass.tape.transpose(x, axis, last))
        return try pass.value(pass.tape.transpose(exchanged, axis, last))
    }
}
