// nj.nn.model: an architecture from Lua functions.

import LuaHost
import NightjarModels
import NightjarTensor

extension NetworkLibrary {
    static let definition = Class(
        "nj.nn.Definition", of: ModelDefinition.self,
        summary: "An architecture defined in Lua; called with options it makes a model.",
        properties: [
            Property("name", .string, "the name that checkpoints know it by") {
                (definition: ModelDefinition) in definition.name
            }
        ])

    static let definitionFunctions: [Function] = [
        Function(
            "model", on: "nj.nn", summary: "Defines a next-item model by Lua functions.",
            details: """
                Models of it train, evaluate, are saved and attributed like built-in ones. The first \
                dimension of every value is the batch, and examples never mix. The option items is \
                always there; with an option length, histories are cut or padded to it. A checkpoint \
                keeps name and options, not the functions: define the model, or name its module, \
                before one is opened.
                """,
            options: [
                .string("name", "what checkpoints know it by"),
                .table(
                    "options", [], optional: true,
                    "defaults by name: numbers, booleans, strings; build and forward get them"),
                .function("build", "function(options): gives a table of layers"),
                .function(
                    "forward",
                    "function(net, batch, options): gives logits, or scores of shape B x (items + 1)"
                ),
                .function(
                    "loss", optional: true,
                    "function(net, batch, options): gives a loss for each example; cross-entropy of "
                        + "the target if left out"),
                .string(
                    "module", optional: true,
                    "the module that defines it, from which checkpoints load it; in a module, '...'"
                ),
            ],
            returns: .object(ModelDefinition.self, "the definition; call it with options"),
            example: """
                Bag = nj.nn.model{ name = "bag", options = { dim = 16 },
                  build = function(options)
                    return { items = nj.nn.embedding{ rows = options.items + 1, dim = options.dim } }
                  end,
                  forward = function(net, batch)
                    return net.items:logits(net.items(batch.ids):sum{ axis = 2 })
                  end }
                """
        ) { call in
            let definition = try call.definition()
            call.state.definedModels.add(definition)
            return definition
        },
        Function(
            "__call", on: "nj.nn.Definition", summary: "Makes a model with random values.",
            positional: [
                .table(
                    "options", [],
                    "items, what the definition lists, and seed for the initial values")
            ],
            returns: .object(ModelObject.self, "the model, untrained"),
            example: "net = Bag{ items = log.n_items, dim = 32, seed = 1 }"
        ) { call in
            let definition = try call.receiver(ModelDefinition.self)
            let (configuration, seed) = try definition.configuration(call.table("options"))
            return ModelObject(
                .trained(
                    try ScriptedModel(definition, configuration, values: .random(seed: seed))),
                seed: seed)
        },
    ]
}

extension Call {
    fileprivate func definition() throws -> ModelDefinition {
        let name = try string("name")
        guard !name.isEmpty, !ModelRegistry.builtIn.kinds.contains(name) else {
            throw LuaError("'\(name)' cannot be the name of a model. Choose another one.")
        }
        var defaults: [String: ModelDefinition.Option] = [:]
        for (key, value) in try table(ifGiven: "options")?.pairs() ?? [] {
            guard let key = key.text, key != ModelDefinition.seedOption,
                let option = ModelDefinition.Option(value)
            else {
                throw LuaError(
                    "option '\(key.text ?? key.typeName)' of '\(name)' cannot be: options are"
                        + " numbers, booleans or strings by name, and 'seed' is taken")
            }
            defaults[key] = option
        }
        let script = session.script?.split(separator: "/").last.map(String.init)
        let (build, forward) = (try function("build"), try function("forward"))
        let loss = try function(ifGiven: "loss")
        let code = [build, forward, loss].map { function in
            String(function?.fingerprint ?? 0, radix: 36)
        }
        return ModelDefinition(
            name: name, defaults: defaults, build: build, forward: forward, loss: loss,
            origin: ModelOrigin(
                module: try string(ifGiven: "module"), script: script,
                code: code.joined(separator: ".")))
    }
}
