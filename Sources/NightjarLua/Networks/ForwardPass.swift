// One run of a model's Lua functions over a batch, and the values that live in it.

import LuaHost
import NightjarModels
import NightjarTensor

/// A computation that Lua writes down on a tape.
///
/// Every value of a model's pass has the batch as its first dimension and no operation mixes
/// examples, which is checked at each one: that is what makes attribution exact for a model that
/// nobody has looked at.
final class ForwardPass {
    let tape: Tape
    /// Number of examples, the first size of every value; `nil` when there is no batch.
    let examples: Int?
    private var values: [PassVariable] = []
    private(set) var isOver = false

    init(_ tape: Tape, examples: Int?) {
        self.tape = tape
        self.examples = examples
    }

    /// A value as Lua sees it, until the pass ends.
    ///
    /// - Throws: ``LuaError`` when its first dimension is not the batch.
    func value(_ variable: Variable) throws -> PassVariable {
        try requireBatch(variable.value.shape)
        let value = PassVariable(variable, in: self)
        values.append(value)
        return value
    }

    /// A value that no gradient goes through.
    func constant(_ tensor: Tensor) throws -> PassVariable { try value(tape.constant(tensor)) }

    /// Ends the pass: what scripts kept of it gives its memory back and answers with an error.
    func end() {
        isOver = true
        for value in values { value.release() }
        values = []
    }

    /// Checks that a result still has the batch as its first dimension.
    private func requireBatch(_ shape: [Int]) throws {
        guard let examples, shape.first != examples else { return }
        throw LuaError(
            "the result has shape \(text(shape)), but its first dimension must stay the batch of"
                + " \(examples): examples must not mix, or attribution would be wrong")
    }

    /// A dimension that a script counts from 1, counted from 0; never that of the batch.
    ///
    /// - Throws: ``TensorError`` when there is none such, ``LuaError`` for the batch's.
    func axis(_ position: Int, of variable: Variable) throws -> Int {
        let axis = try variable.value.axis(at: position)
        guard examples == nil || axis > 0 else {
            throw LuaError(
                "dimension \(position) is the batch: examples must not mix, or attribution would be"
                    + " wrong. Use another dimension; of shape \(text(variable.value.shape)), -1 is"
                    + " the last.")
        }
        return axis
    }

    /// The value with dimensions of size 1 between the batch and its own ones, up to `rank`.
    func aligned(_ variable: Variable, rank: Int) throws -> Variable {
        let shape = variable.value.shape
        guard let examples, shape.count < rank else { return variable }
        let ones = [Int](repeating: 1, count: rank - shape.count)
        return try tape.reshape(variable, [examples] + ones + shape.dropFirst())
    }

    /// A parameter as a value: once for each example, so that their gradients stay apart.
    func lift(_ parameter: NightjarTensor.Parameter) throws -> Variable {
        guard let examples else { return try tape.parameter(parameter) }
        return try tape.parameter(parameter, examples: examples)
    }

    private func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "scalar" : shape.map(String.init).joined(separator: "x")
    }
}

/// A value of a pass; gone when the pass is over.
final class PassVariable: LuaObject, CustomStringConvertible {
    let pass: ForwardPass
    private var variable: Variable?
    let nativeBytes: Int

    fileprivate init(_ variable: Variable, in pass: ForwardPass) {
        self.variable = variable
        self.pass = pass
        nativeBytes = 4 * variable.value.count
    }

    fileprivate func release() { variable = nil }

    /// The value on its tape.
    ///
    /// - Throws: ``LuaError`` after the end of its pass.
    func get() throws -> Variable {
        guard let variable else { throw Self.over }
        return variable
    }

    static let over = LuaError(
        "this value belongs to a forward pass that has ended: values of one batch cannot be kept"
            + " for the next. Compute it again from the batch.")

    var description: String {
        guard let variable else { return "Variable of a pass that has ended" }
        return "Variable, " + variable.value.description
    }
}
