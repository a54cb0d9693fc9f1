// Layers: the parts of a model that own parameters.

import LuaHost
import NightjarModels
import NightjarTensor

/// A part of a model written in Lua.
///
/// It gets its parameters when the model is made.
class Layer: LuaObject, CustomStringConvertible {
    /// A parameter that the layer needs.
    struct Need {
        let role: String
        let shape: [Int]
        let distribution: ParameterSource.Distribution
    }

    let kind: String
    let needs: [Need]
    let isTrainable: Bool
    private(set) var name: String?
    private(set) var parameters: [NightjarTensor.Parameter] = []

    init(_ kind: String, _ needs: [Need], isTrainable: Bool = true) {
        self.kind = kind
        self.needs = needs
        self.isTrainable = isTrainable
    }

    /// Gives the layer its name in the model, and its parameters.
    ///
    /// - Throws: ``LuaError`` when it is part of a model already, and what the source throws.
    func bind(_ name: String, _ source: ParameterSource) throws {
        if let earlier = self.name {
            throw LuaError(
                "the layer '\(name)' is '\(earlier)' of another model already. Make layers inside"
                    + " build, so that each model has its own.")
        }
        self.name = name
        parameters = try needs.map { need in
            let full = need.role.isEmpty ? name : "\(name).\(need.role)"
            return try source.parameter(
                full, need.shape, need.distribution, isTrainable: isTrainable)
        }
    }

    /// The parameters, which are there once the layer is part of a model.
    ///
    /// - Throws: ``LuaError`` before that.
    func bound() throws -> [NightjarTensor.Parameter] {
        guard name != nil else {
            throw LuaError(
                "this \(kind) layer has no values yet. Return it from build, and use it in forward."
            )
        }
        return parameters
    }

    /// Applies the layer to a value or to item numbers.
    func callAsFunction(_ input: LayerInput) throws -> PassVariable {
        throw LuaError("a \(kind) cannot be called. Add it to a value, or multiply with it.")
    }

    /// Scores of all classes as the last step of a model.
    func logits(_ states: PassVariable) throws -> Logits {
        throw LuaError("a \(kind) layer gives no scores. Use a linear layer or an embedding.")
    }

    var description: String {
        let shapes = needs.map { need in
            (need.role.isEmpty ? "" : need.role + " ")
                + need.shape.map(String.init).joined(separator: "x")
        }
        let title = name.map { "Layer \($0) (\(kind))" } ?? "Layer (\(kind))"
        return shapes.isEmpty ? title : title + ": " + shapes.joined(separator: ", ")
    }
}

/// What a layer is applied to.
enum LayerInput {
    case value(PassVariable)
    case ids(BatchIds)

    /// The value of a layer that takes no item numbers.
    ///
    /// - Throws: ``LuaError`` for item numbers.
    func value(for kind: String) throws -> PassVariable {
        if case .value(let value) = self { return value }
        throw LuaError(
            "a \(kind) layer takes values, got item numbers. Put an embedding before it.")
    }
}

/// Scores of all classes that are not computed yet: the loss can do without most of them.
final class Logits: LuaObject, CustomStringConvertible {
    let states: PassVariable
    let weight: NightjarTensor.Parameter
    let bias: NightjarTensor.Parameter?

    init(_ states: PassVariable, weight: NightjarTensor.Parameter, bias: NightjarTensor.Parameter?)
        throws
    {
        let shape = try states.get().value.shape
        guard shape.count == 2 else {
            throw LuaError(
                "logits takes one state for each example, a shape of two dimensions, got "
                    + shape.map(String.init).joined(separator: "x")
                    + ". Take the last step, or pool the steps.")
        }
        self.states = states
        self.weight = weight
        self.bias = bias
    }

    /// The scores, shape `[B, V]`.
    func computed() throws -> Variable {
        try states.pass.tape.linear(states.get(), weight, bias: bias)
    }

    /// Softmax cross-entropy of the targets.
    func loss(_ targets: [Int32], scales: [Float]) throws -> BatchLoss {
        let tape = states.pass.tape
        guard let bias else {
            return try tape.batchLoss(tape.crossEntropy(computed(), targets), scales: scales)
        }
        return try tape.softmaxCrossEntropy(
            states.get(), weight: weight, bias: bias, targets: targets, scales: scales)
    }

    var description: String {
        "Logits of \(weight.value.shape.first ?? 0) classes by \(weight.name)"
    }
}
