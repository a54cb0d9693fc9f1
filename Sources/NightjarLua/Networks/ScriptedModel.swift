// A model whose forward pass is a Lua function.

import LuaHost
import NightjarModels
import NightjarTensor

/// A model of a ``ModelDefinition``: trained, saved, evaluated and attributed like any other.
///
/// Its Lua functions run on the thread of their state: callers ask for losses and scores on their
/// own thread, and the host refuses any other.
final class ScriptedModel: NextItemModel {
    let configuration: ModelConfiguration
    let parameters: [NightjarTensor.Parameter]
    private let definition: ModelDefinition
    private let layers: LuaTable
    private let items: Int

    init(
        _ definition: ModelDefinition, _ configuration: ModelConfiguration,
        values source: ParameterSource
    ) throws {
        self.definition = definition
        self.configuration = configuration
        items = try configuration.size(ModelDefinition.itemsOption)
        let built = try definition.build(configuration.options)
        guard case .table(let layers) = built else {
            throw LuaError(
                "build of '\(definition.name)' must return a table of layers, got \(built.typeName)"
            )
        }
        self.layers = layers
        var named: [(name: String, layer: Layer)] = []
        try Self.collect(layers, "", depth: 0, into: &named)
        for (name, layer) in named { try layer.bind(name, source) }
        parameters = try named.flatMap { try $0.layer.bound() }
        guard parameters.contains(where: \.isTrainable) else {
            throw LuaError(
                "'\(definition.name)' has no trainable parameter. Return layers from build.")
        }
    }

    var classCount: Int { items + 1 }

    func loss(_ batch: Batch, scales: [Float], on tape: Tape) throws -> BatchLoss {
        let batch = try fitted(batch)
        let pass = ForwardPass(tape, examples: batch.examples)
        defer { pass.end() }
        let view = BatchView(batch, items: items, in: pass)
        guard let loss = definition.loss else {
            switch try output(view) {
            case .logits(let logits): return try logits.loss(batch.targets, scales: scales)
            case .scores(let scores):
                return try tape.batchLoss(
                    tape.crossEntropy(scores, batch.targets), scales: scales)
            }
        }
        let result = try loss(layers, view, configuration.options)
        guard case .object(let handle) = result,
            let value = try handle.value(as: PassVariable.self)?.get(),
            value.value.shape == [batch.examples]
        else {
            throw wrong("loss", "one number for each example, such as what nj.nn.bpr gives", result)
        }
        return try tape.batchLoss(value, scales: scales)
    }

    func scores(_ batch: Batch) throws -> Tensor {
        let batch = try fitted(batch)
        let pass = ForwardPass(Tape(), examples: batch.examples)
        defer { pass.end() }
        switch try output(BatchView(batch, items: items, in: pass)) {
        case .logits(let logits): return try logits.computed().value
        case .scores(let scores): return scores.value
        }
    }

    private enum Output {
        case logits(Logits)
        case scores(Variable)
    }

    private func output(_ batch: BatchView) throws -> Output {
        let result = try definition.forward(layers, batch, configuration.options)
        guard case .object(let handle) = result else { throw wrongOutput(result) }
        if let logits = handle.value(as: Logits.self), logits.states.pass === batch.pass,
            logits.weight.value.rowCount == classCount
        {
            return .logits(logits)
        }
        guard let value = handle.value(as: PassVariable.self), value.pass === batch.pass,
            try value.get().value.shape == [batch.batch.examples, classCount]
        else { throw wrongOutput(result) }
        return .scores(try value.get())
    }

    private func wrongOutput(_ result: LuaValue) -> LuaError {
        wrong(
            "forward",
            "scores of the \(classCount) classes (items and padding) for each example of the batch,"
                + " such as net.output:logits(state)", result)
    }

    private func wrong(_ function: String, _ expected: String, _ found: LuaValue) -> LuaError {
        var text = found.typeName
        if case .object(let handle) = found {
            if let value = handle.value(as: PassVariable.self) { text = "\(value)" }
            if let value = handle.value(as: Logits.self) { text = "\(value)" }
        }
        let line = text.split(separator: "\n").first.map(String.init) ?? text
        return LuaError("\(function) of '\(definition.name)' must return \(expected); got \(line)")
    }

    /// The batch with histories of the model's own length, when it has the option `length`.
    private func fitted(_ batch: Batch) throws -> Batch {
        guard let length = configuration.sizes["length"], length > 0, length != batch.steps else {
            return batch
        }
        let (examples, steps) = (batch.examples, batch.steps)
        let (total, overflow) = length.multipliedReportingOverflow(by: examples)
        guard !overflow, total <= Int(Int32.max) else {
            throw TensorError.outOfMemory(bytes: .max)
        }
        var histories = [Int32](repeating: 0, count: total)
        let kept = min(length, steps)
        for example in 0..<examples {
            for step in 0..<kept {
                histories[(example + 1) * length - kept + step] =
                    batch.ids[(steps - kept + step) * examples + example]
            }
        }
        return try Batch(histories: histories, targets: batch.targets)
    }

    /// Finds the layers of a table and of tables in it, in an order that never changes.
    private static func collect(
        _ table: LuaTable, _ prefix: String, depth: Int,
        into found: inout [(name: String, layer: Layer)]
    ) throws {
        guard depth < 8 else {
            throw LuaError("layers are nested more than 8 deep, or a table contains itself")
        }
        let entries = try table.pairs().compactMap { key, value in
            (key.int.map { (0, $0, "\($0)") } ?? key.text.map { (1, 0, $0) })
                .map { (order: $0, value: value) }
        }
        for (order, value) in entries.sorted(by: { $0.order < $1.order }) {
            let name = prefix + order.2
            switch value {
            case .table(let inner): try collect(inner, name + ".", depth: depth + 1, into: &found)
            case .object(let handle):
                guard let layer = handle.value(as: Layer.self),
                    !found.contains(where: { $0.layer === layer })
                else { continue }
                found.append((name, layer))
            default: continue
            }
        }
    }
}
