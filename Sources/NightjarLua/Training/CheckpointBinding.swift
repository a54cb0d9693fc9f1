// nj.checkpoint and nj.Checkpoint.

import LuaHost
import NightjarTensor
import NightjarTraining

extension Checkpoint: LuaObject {}

/// Declares `nj.checkpoint` and its class.
enum CheckpointBinding {
    static let module = Module("nj.checkpoint", summary: "Moments of training in files.")

    static let declaration = Class(
        "nj.Checkpoint", of: Checkpoint.self, summary: "A model and its training state in a file.",
        properties: [
            Property("path", .string, "where the file is") { (file: Checkpoint) in file.path },
            Property("epoch", .integer, "complete epochs") { (file: Checkpoint) in
                file.record.epoch
            },
            Property("lr", .number, "learning rate of the last step") { (file: Checkpoint) in
                file.record.learningRate
            },
            Property("names", .list(.string), "names of all tensors") { (file: Checkpoint) in
                file.tensorNames
            },
        ])

    static let functions = [
        Function(
            "open", on: "nj.checkpoint", summary: "Opens a checkpoint file.",
            positional: [.string("path", "the file, such as run.checkpoints[1]")],
            returns: .object(Checkpoint.self, "the checkpoint; tensors are read when asked for"),
            example: "nj.checkpoint.open(run.checkpoints[2]):tensor(\"lstm.weight_ih\")"
        ) { call in try Checkpoint(path: call.path("path")) },
        Function(
            "tensor", on: "nj.Checkpoint", summary: "Reads one tensor.",
            positional: [.string("name", "its name; model/ in front may be left out")],
            returns: .object(Tensor.self, "the values")
        ) { call in try call.receiver(Checkpoint.self).tensor(call.string("name")) },
        Function(
            "model", on: "nj.Checkpoint", summary: "Rebuilds the model from the file alone.",
            returns: .object(ModelObject.self, "the model as it was")
        ) { call in
            let checkpoint = try call.receiver(Checkpoint.self)
            let registry = try call.registry(for: checkpoint.record.model)
            return ModelObject(
                .trained(try checkpoint.model(registry)),
                historyLength: checkpoint.record.historyLength)
        },
        Function(
            "__tostring", on: "nj.Checkpoint", summary: "Sums up the file in one line.",
            returns: .string("one line")
        ) { call in try call.receiver(Checkpoint.self).description },
    ]
}

/// Declares training, evaluation and checkpoints.
enum TrainingLibrary {
    static let library = Library(
        modules: [CheckpointBinding.module],
        classes: [FitBinding.declaration, CheckpointBinding.declaration],
        functions: FitBinding.functions + [EvaluateBinding.evaluate]
            + CheckpointBinding.functions)
}
