// Copies of models.

import LuaHost
import NightjarModels

extension ModelLibrary {
    static let copies = [clone, copyFrom]

    private static let clone = Function(
        "clone", on: "nj.Model", summary: "Makes a copy with values of its own.",
        returns: .object(ModelObject.self, "the same model; training one leaves the other alone"),
        example: "before = net:clone()"
    ) { call in
        let model = try call.receiver(ModelObject.self)
        let trained = try model.trained()
        let registry = try call.state.registry(for: trained.configuration)
        return ModelObject(
            .trained(try trained.copy(registry)), historyLength: model.historyLength,
            seed: model.seed)
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
        model.seed = other.seed
        return model
    }
}
