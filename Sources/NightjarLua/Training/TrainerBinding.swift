// nj.trainer and nj.Trainer: training step by step.

import LuaHost
import NightjarData
import NightjarModels
import NightjarTraining

/// A trainer as scripts hold it, with the model object whose values it changes.
final class TrainerObject: LuaObject {
    let trainer: Trainer
    private let model: ModelObject

    init(_ trainer: Trainer, of model: ModelObject) {
        self.trainer = trainer
        self.model = model
    }

    /// Bytes of the optimiser's state, about.
    var nativeBytes: Int { 2 * model.nativeBytes }
}

extension Trainer.Mark: LuaObject {
    /// Bytes of the copies.
    public var nativeBytes: Int { bytes }
}

/// Declares `nj.trainer` and its classes.
enum TrainerBinding {
    static let declaration = Class(
        "nj.Trainer", of: TrainerObject.self,
        summary: "A model and its optimiser between two steps of training.",
        properties: [
            Property("steps", .integer, "steps done, also before a checkpoint it goes on from") {
                (object: TrainerObject) in object.trainer.stepCount
            }
        ])

    static let mark = Class(
        "nj.TrainerMark", of: Trainer.Mark.self,
        summary: "A moment of training to come back to: values, and the optimiser's state.",
        properties: [
            Property("steps", .integer, "steps that had been done") { (mark: Trainer.Mark) in
                mark.stepCount
            }
        ])

    static let functions = [
        make, step, takeMark, restore,
        Function(
            "__tostring", on: "nj.Trainer", summary: "Sums up the trainer in one line.",
            returns: .string("one line")
        ) { call in try call.receiver(TrainerObject.self).trainer.description },
    ]

    private static let make = Function(
        "trainer", on: "nj",
        summary: "Prepares to train a model in place, step by step, as nj.fit would.",
        details: """
            A step on the batch that nj.fit would take gives the bytes that nj.fit gives. \
            mark and restore go back, so that one step can be tried on many batches.
            """,
        positional: [
            .object("model", ModelObject.self, "the model"),
            .either(
                "train", [.object(Examples.self), .object(Sequences.self)],
                "examples, or sequences for a sequence model"),
        ],
        options: FitBinding.recipe + [
            .integer("seed", default: 1, in: 0..., "seed of the order"),
            .string("resume", optional: true, "a checkpoint to go on from, with its optimiser"),
        ],
        returns: .object(TrainerObject.self, "the trainer"),
        example: "t = nj.trainer(net, train, { lr = 1e-3, resume = run.newest }); t:step()"
    ) { call in
        let model = try call.object("model", as: ModelObject.self)
        let train = try call.object("train", as: (any TrainingSet).self)
        var options = try call.recipe()
        if case .reduceOnPlateau = options.schedule {
            throw LuaError(
                "nj.trainer cannot use schedule = \"plateau\", which looks at whole epochs; choose"
                    + " \"constant\", \"step\", \"cosine\" or \"linear\", or train with nj.fit")
        }
        options.seed = UInt64(try call.integer("seed"))
        if try call.has("resume") { options.start = .checkpoint(try call.path("resume")) }
        let trainer = try Trainer(model.trained(), on: train, options)
        model.historyLength = train.historyLength
        return TrainerObject(trainer, of: model)
    }

    private static let step = Function(
        "step", on: "nj.Trainer",
        summary: "Does one step, on the batch that nj.fit would take next or on chosen examples.",
        positional: [
            .either(
                "batch", [.object(Examples.self), .object(Sequences.self)], optional: true,
                "all of these together; what nj.fit would take when left out")
        ],
        returns: .number("mean loss of the batch before the step"),
        example: "nj.trainer(net, train):step(train:subset{ 17 })"
    ) { call in
        let trainer = try call.receiver(TrainerObject.self).trainer
        guard let batch = try call.object(ifGiven: "batch", as: (any TrainingSet).self) else {
            return try trainer.step()
        }
        return try trainer.step(on: batch)
    }

    private static let takeMark = Function(
        "mark", on: "nj.Trainer", summary: "Copies everything that later steps change.",
        returns: .object(Trainer.Mark.self, "the moment to come back to"),
        example: "t = nj.trainer(net, train); start = t:mark(); t:step(); t:restore(start)"
    ) { call in try call.receiver(TrainerObject.self).trainer.mark() }

    private static let restore = Function(
        "restore", on: "nj.Trainer",
        summary: "Goes back to a mark: model, optimiser and number of steps, to the same bytes.",
        positional: [
            .object("mark", Trainer.Mark.self, "what mark gave, here or of an equal trainer")
        ]
    ) { call in
        try call.receiver(TrainerObject.self).trainer.restore(
            call.object("mark", as: Trainer.Mark.self))
        return nil
    }
}
