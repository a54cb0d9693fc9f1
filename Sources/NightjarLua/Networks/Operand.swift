// Operands of arithmetic in a pass: values, parameters, tensors and numbers.

import LuaHost
import NightjarTensor

/// One side of an operation.
enum Operand {
    case value(PassVariable)
    case parameter(ParameterLayer)
    case tensor(Tensor)
    case number(Float)
}

/// Two operands that were brought to one rank.
struct OperandPair {
    let pass: ForwardPass
    let left: Variable
    let right: Variable

    /// Brings two operands to one rank: the batch meets the batch, and further dimensions are
    /// repeated by NumPy's rules.
    ///
    /// - Throws: ``LuaError`` when neither is a value of a pass, or both are of different passes.
    init(_ left: Operand, _ right: Operand) throws {
        pass = try Self.pass(left, right)
        let pass = pass
        let sides = try [left, right].map { try $0.variable(in: pass) }
        let rank = max(sides[0].value.shape.count, sides[1].value.shape.count)
        self.left = try left.aligned(sides[0], rank: rank, in: pass)
        self.right = try right.aligned(sides[1], rank: rank, in: pass)
    }

    private static func pass(_ left: Operand, _ right: Operand) throws -> ForwardPass {
        switch (left, right) {
        case (.value(let x), .value(let y)):
            guard x.pass === y.pass, !x.pass.isOver else { throw PassVariable.over }
            return x.pass
        case (.value(let x), _), (_, .value(let x)): return x.pass
        default:
            throw LuaError(
                "neither operand is a value of a forward pass. Begin with a layer of batch.ids.")
        }
    }
}

extension Operand {
    /// The right factor of a matrix product: matrices of each example, or one for all that is fixed.
    func matrix(in pass: ForwardPass) throws -> Variable {
        if case .tensor(let tensor) = self { try Self.requireShared(tensor, rank: 3, in: pass) }
        if case .number = self {
            throw LuaError("matmul takes a matrix, got a number. Multiply with * instead.")
        }
        return try variable(in: pass)
    }

    /// Refuses numbers that differ by place in the batch: an example would depend on its place.
    private static func requireShared(_ tensor: Tensor, rank: Int, in pass: ForwardPass) throws {
        guard pass.examples == nil || tensor.shape.count < rank || tensor.shape.first == 1 else {
            throw LuaError(
                "a tensor of \(tensor.shape.count) dimensions would give each place in the batch"
                    + " numbers of its own. Give it without the batch's dimension.")
        }
    }

    fileprivate func variable(in pass: ForwardPass) throws -> Variable {
        switch self {
        case .value(let value):
            guard value.pass === pass else { throw PassVariable.over }
            return try value.get()
        case .parameter(let layer): return try pass.lift(layer.parameter())
        case .tensor(let tensor): return pass.tape.constant(tensor)
        case .number(let number): return pass.tape.constant(try Tensor(scalar: number))
        }
    }

    fileprivate func aligned(
        _ variable: Variable, rank: Int, in pass: ForwardPass
    ) throws -> Variable {
        switch self {
        case .value, .parameter: return try pass.aligned(variable, rank: rank)
        case .number: return variable
        case .tensor(let tensor):
            try Self.requireShared(tensor, rank: rank, in: pass)
            return variable
        }
    }
}

extension LuaHost.Parameter {
    /// An operand in a pass.
    static func passOperand(_ name: String, _ summary: String) -> LuaHost.Parameter {
        .either(
            name,
            [
                .object(Tensor.self), .object(PassVariable.self), .object(Layer.self), .number,
                .list(.number),
            ], summary)
    }
}

extension Call {
    /// An operand in a pass.
    ///
    /// - Throws: When it is a layer that is no single parameter, or lists are ragged.
    func passOperand(_ name: String) throws -> Operand {
        if let value = try object(ifGiven: name, as: PassVariable.self) { return .value(value) }
        if let layer = try object(ifGiven: name, as: Layer.self) {
            if let parameter = layer as? ParameterLayer { return .parameter(parameter) }
            throw LuaError(
                "a \(layer.kind) layer cannot be an operand. Call it with a value, as in"
                    + " net.\(layer.name ?? "layer")(x).")
        }
        if let number = try number(ifGiven: name) { return .number(Float(number)) }
        return .tensor(try operand(name))
    }

    /// The value on which a method was called.
    func passValue() throws -> PassVariable { try receiver(PassVariable.self) }
}
