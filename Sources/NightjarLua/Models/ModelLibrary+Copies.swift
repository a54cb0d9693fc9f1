// Copies of models, and their losses.

import LuaHost
import NightjarData
import NightjarModels
import NightjarTensor
import NightjarTraining

extension ModelLibrary {
    static let copies = [clone, copyFrom, losses]

    private static let clone = Function(
        "clone", on: "nj.Model", summary: "Makes a copy with values of its own.",
        returns: .object(ModelObject.self, "the same model; training one leaves the other alone"),
        example: "before = net:clone()"
    ) { call in
        let model = try call.receiver(ModelObject.self)
        let trained = try model.trained()
        let registry = try call.state.registry(for: trained.configuration)
        return ModelObject(.trained(try trained.copy(registry)), historyLength: model.historyLength)
    }

    private static let copyFrom = Function(
        "copy_from", on: "nj.Model", summary: "Overwrites all values with those of another model.",
        details: "Both must be of one architecture, such as a model and its clone.",
        positional: [.object("other", ModelObject.self, "where the values come from")],
        returns: .object(ModelObject.self, "the model itself"),
        example: "net:copy_from(net:clone())"
    ) { call in
        let model = try call.receiver(ModelObject.self)
        let other = try call.object("other", as: ModelObject.self)
        try model.trained().assign(other.trained())
        model.historyLength = other.historyLength ?? model.historyLength
        return model
    }

    private static let losses = Function(
        "losses", on: "nj.Model", summary: "Gives the loss of each example, as training sees it.",
        details: "In nats, unweighted and without dropout. A sequence has the mean over its items.",
        positional: [
            .either(
                "examples", [.object(Examples.self), .object(Sequences.self)],
                "examples, or sequences for a sequence model")
        ],
        returns: .object(Tensor.self, "shape: examples"),
        example: "net:losses(train):mean()"
    ) { call in
        let model = try call.receiver(ModelObject.self).trained()
        let examples = try call.object("examples", as: (any TrainingSet).self)
        return try NightjarTraining.losses(of: model, on: examples, progress: call.progress)
    }
}
