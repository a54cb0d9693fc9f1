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
            Property("kind", .string, "the architecture of the model") { (file: Checkpoint) in
                file.record.model.kind
            },
            Property("options", .table, "the options that the model was built with") {
                (file: Checkpoint) in file.record.model.options
            },
            Property("loss", .number, "mean training loss of the last epoch; or nil") {
                (file: Checkpoint) in file.record.history.last?.loss
            },
            Property("names", .list(.string), "names of all tensors") { (file: Checkpoint) in
                file.tensorNames
            },
        ])

    static let comparison = Class(
        "nj.CheckpointComparison", of: CheckpointComparison.self,
        summary: "How far the parameters of two checkpoints are apart.",
        properties: [
            Property("difference", .number, "Euclidean norm of the difference of all") {
                (comparison: CheckpointComparison) in comparison.total.difference
            },
            Property("unmatched", .list(.string), "parameters that are not in both in one shape") {
                (comparison: CheckpointComparison) in comparison.unmatched
            },
        ])

    static let functions: [Function] = [
        Function(
            "open", on: "nj.checkpoint", summary: "Opens a checkpoint file.",
            positional: [.string("path", "the file, such as run.checkpoints[1]")],
            returns: .object(Checkpoint.self, "the checkpoint; tensors are read when asked for"),
            example: "nj.checkpoint.open(run.checkpoints[2]):tensor(\"lstm.weight_ih\")"
        ) { call in try Checkpoint(path: call.path("path")) },
        Function(
            "list", on: "nj.checkpoint", summary: "Opens all checkpoints of a folder.",
            positional: [.string("dir", "the folder that a run wrote them into")],
            returns: .list(
                of: .object(Checkpoint.self), "those of single epochs in order, the best, the last"),
            example: "for _, file in ipairs(nj.checkpoint.list(\"runs/demo\")) do print(file) end"
        ) { call in try Checkpoint.list(in: call.path("dir")) },
        Function(
            "compare", on: "nj.checkpoint",
            summary: "Measures how far two checkpoints are apart, parameter by parameter.",
            positional: [
                .either("first", [.string, .object(Checkpoint.self)], "a file, or an open one"),
                .either("second", [.string, .object(Checkpoint.self)], "the other"),
            ],
            returns: .object(
                CheckpointComparison.self, "the norms of the differences; prints a table"),
            example: "nj.checkpoint.compare(run.checkpoints[1], run.checkpoints[2])"
        ) { call in try call.checkpoint("first").compared(to: call.checkpoint("second")) },
        Function(
            "rows", on: "nj.CheckpointComparison", summary: "Gives the figures as a list.",
            returns: .list(
                of: .table([
                    .init("name", .string, "the parameter"),
                    .init("count", .integer, "number of its values"),
                    .init("norm", .number, "Euclidean norm in the first"),
                    .init("norm_after", .number, "Euclidean norm in the second"),
                    .init("difference", .number, "Euclidean norm of the difference"),
                    .init("largest_change", .number, "the largest change of one value"),
                ]), "one entry for each parameter that both have")
        ) { call in
            LuaList(
                try call.receiver(CheckpointComparison.self).rows.map {
                    LuaRecord([
                        "name": $0.name, "count": $0.count, "norm": $0.firstNorm,
                        "norm_after": $0.secondNorm, "difference": $0.difference,
                        "largest_change": $0.largestChange,
                    ])
                })
        },
        Function(
            "__tostring", on: "nj.CheckpointComparison", summary: "Shows the figures as a table.",
            returns: .string("a table, the whole model last")
        ) { call in try call.receiver(CheckpointComparison.self).description },
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
            let registry = try call.state.registry(for: checkpoint.record.model)
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

extension CheckpointComparison: LuaObject {}

extension Call {
    /// A checkpoint that is open, or the one at a path.
    fileprivate func checkpoint(_ name: String) throws -> Checkpoint {
        if let open = try object(ifGiven: name, as: Checkpoint.self) { return open }
        return try Checkpoint(path: path(name))
    }
}

/// Declares training, evaluation and checkpoints.
enum TrainingLibrary {
    static let library = Library(
        modules: [CheckpointBinding.module, SubsetsBinding.module],
        classes: [
            FitBinding.declaration, TrainerBinding.declaration, TrainerBinding.mark,
            CheckpointBinding.declaration, CheckpointBinding.comparison,
            SubsetsBinding.declaration, RetrainBinding.declaration,
        ],
        functions: FitBinding.functions + TrainerBinding.functions
            + [SideBySideBinding.fitAll, EvaluateBinding.evaluate, LossesBinding.losses]
            + SubsetsBinding.functions
            + RetrainBinding.functions + CheckpointBinding.functions)
}
