// nj.GradientStore.

import LuaHost
import NightjarData
import NightjarInfluence
import NightjarTensor

/// A gradient store with the examples that it was made of.
final class GradientStoreObject: LuaObject {
    let store: GradientStore
    let train: any ExplainableSet

    init(_ store: GradientStore, train: any ExplainableSet) {
        self.store = store
        self.train = train
    }

    static let declaration = Class(
        "nj.GradientStore", of: GradientStoreObject.self,
        summary: "Projected gradients of a training set on disk; made by nj.influence.store.",
        properties: [
            Property("dir", .string, "its folder") { (object: GradientStoreObject) in
                object.store.folder
            },
            Property("checkpoints", .list(.string), "the checkpoints it was made of") {
                (object: GradientStoreObject) in object.store.recipe.snapshots.map(\.name)
            },
            Property("dimension", .integer, "numbers of a projected gradient") {
                (object: GradientStoreObject) in object.store.recipe.projection.dimension
            },
            Property("bytes", .integer, "bytes of all projected gradients on disk") {
                (object: GradientStoreObject) in object.store.bytes
            },
            Property("built", .integer, "files that opening it computed, as they were missing") {
                (object: GradientStoreObject) in object.store.built
            },
            Property("mended", .integer, "files that opening it computed anew, as damaged") {
                (object: GradientStoreObject) in object.store.mended
            },
        ])

    static let functions = [length, text]

    private static let length = Function(
        "__len", on: "nj.GradientStore", summary: "Counts the training examples.",
        returns: .integer("number of training examples")
    ) { call in try call.receiver(GradientStoreObject.self).train.count }

    private static let text = Function(
        "__tostring", on: "nj.GradientStore",
        summary: "Says of what the gradients are, and how large they are.",
        returns: .string("one line, more when files were mended")
    ) { call in
        let store = try call.receiver(GradientStoreObject.self).store
        let recipe = store.recipe
        let mended =
            switch store.mended {
            case 0: ""
            case 1: "\n1 damaged file was computed anew"
            default: "\n\(store.mended) damaged files were computed anew"
            }
        return """
            GradientStore \(store.folder): \(recipe.train.count) examples x \
            \(recipe.snapshots.count) checkpoints, \(recipe.projection), \
            \(store.precision.rawValue), \(max(1, store.bytes >> 20)) MiB\(mended)
            """
    }
}
