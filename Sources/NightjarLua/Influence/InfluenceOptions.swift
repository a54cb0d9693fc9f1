// Options that attribution methods share.

import LuaHost
import NightjarData
import NightjarInfluence
import NightjarTraining

extension Parameter {
    /// Checkpoint files; read with ``Call/snapshots()``.
    static let checkpoints = Parameter.list(
        "checkpoints", of: .string, "checkpoint files, such as run.checkpoints")

    /// A checkpoint file; read with ``Call/snapshot()``.
    static let checkpoint = Parameter.string(
        "checkpoint", "a checkpoint file, such as run.checkpoints[#run.checkpoints]")

    /// What was learned from; read with ``Call/trainingSet()``.
    static let trainingSet = Parameter.either(
        "train", [.object(Examples.self), .object(Sequences.self)],
        "the examples or sequences that the model was trained on")

    /// Whose gradients count; read with ``Call/parameterSelection()``.
    static let parameterSelection = Parameter.either(
        "parameters", [.choice(["all", "last_layer"]), .list(.string)], default: .string("all"),
        "whose gradients count: all, last_layer (those called output., which is the bias alone where"
            + " items have one table), or a list of names")

    /// Memory; read with ``Call/memoryBudget()``.
    static let memory = Parameter.integer(
        "memory", default: 2048, in: 16...1 << 24, "MiB that a run may hold")

    /// What decides all that is drawn; read with ``Call/seed()``.
    static let drawSeed = Parameter.integer(
        "seed", default: 1, in: 0..., "seed of everything that is drawn")

    /// What curvature is made of; read with `integer(ifGiven:)`.
    static let curvatureExamples = Parameter.integer(
        "examples", optional: true, in: 1...,
        "how many training examples, drawn at random, make the curvature; all unless given")
}

extension Call {
    /// The moments of training of the option `checkpoints`.
    ///
    /// - Throws: ``LuaError`` for checkpoints of several models, what reading checkpoints throws.
    func snapshots() throws -> [Snapshot] {
        let paths = try strings("checkpoints")
        let models = try paths.map { try Checkpoint(path: $0).record.model }
        for (path, model) in zip(paths, models)
        where (model.kind, model.sizes) != (models[0].kind, models[0].sizes) {
            throw LuaError(
                "'\(path)' is a checkpoint of another model, \(model), than '\(paths[0])',"
                    + " \(models[0]). Give checkpoints of one model.")
        }
        return try paths.map { try snapshot($0) }
    }

    /// The moment of training of the option `checkpoint`.
    ///
    /// - Throws: what reading a checkpoint throws.
    func snapshot() throws -> Snapshot { try snapshot(string("checkpoint")) }

    /// The moment of training that a checkpoint holds.
    ///
    /// - Throws: what reading a checkpoint throws.
    func snapshot(_ path: String) throws -> Snapshot {
        let registry = try state.registry(for: Checkpoint(path: path).record.model)
        return try Snapshot(checkpoint: path, registry: registry)
    }

    /// The option `train`.
    ///
    /// - Throws: ``LuaError``.
    func trainingSet() throws -> any ExplainableSet {
        try object("train", as: (any ExplainableSet).self)
    }

    /// The option `parameters`.
    ///
    /// - Throws: ``LuaError``.
    func parameterSelection() throws -> ParameterSelection {
        switch try value("parameters") {
        case .table(let names): .named(try names.strings())
        case let word: word.text == "last_layer" ? .lastLayer : .all
        }
    }

    /// The option `seed`.
    ///
    /// - Throws: ``LuaError``.
    func seed() throws -> UInt64 { UInt64(try integer("seed")) }

    /// The option `memory` in bytes.
    ///
    /// - Throws: ``LuaError``.
    func memoryBudget() throws -> Int { try integer("memory") << 20 }
}
