// nj.fit_all: several small models at once.

import LuaHost
import NightjarData
import NightjarTraining

/// Declares `nj.fit_all`.
enum SideBySideBinding {
    static let fitAll = Function(
        "fit_all", on: "nj",
        summary: "Trains several models in place, each on its examples, and gives their records.",
        details: """
            Small models are trained side by side, one for each core, and end as the same bytes as \
            if nj.fit had trained one after another; models defined in Lua are trained one at a \
            time. Ctrl-C stops all of them after a batch. With folders, a call that was stopped or \
            killed goes on where it was when it is made again.
            """,
        positional: [
            .list("models", of: .object(ModelObject.self), "the models, each another one"),
            .list(
                "train", of: .either([.object(Examples.self), .object(Sequences.self)]),
                "what each of them learns from"),
        ],
        options: FitBinding.recipe + FitBinding.watching + [
            .list(
                "folders", of: .string, optional: true,
                "one for each model, which keeps its newest checkpoint, to go on from")
        ],
        returns: .list(of: .object(TrainingRun.self), "the records, in the order of the models"),
        example: """
            nets = { nj.models.lstm{ items = ml.n_items }, nj.models.lstm{ items = ml.n_items } }
            runs = nj.fit_all(nets, { train, train:subset{ 1, 2, 3 } }, { epochs = 1 })
            """
    ) { call in
        let models = try call.objects("models", as: ModelObject.self)
        let sets = try call.objects("train", as: (any TrainingSet).self)
        // Examples of one call have histories of one length, as their validation has.
        let lengths = Set(sets.map(\.historyLength))
        guard lengths.count <= 1 else {
            throw LuaError(
                "the examples have histories of different lengths, \(lengths.sorted()); cut them"
                    + " alike, or call nj.fit_all once for each length")
        }
        let runs = try NightjarTraining.fit(
            models.map { try $0.trained() }, on: sets,
            call.watchedOptions(historyLength: lengths.first ?? 1),
            folders: call.checkedFolders(), progress: call.progress)
        for (model, examples) in zip(models, sets) { model.historyLength = examples.historyLength }
        if runs.contains(where: { $0.stop == .interrupted }) {
            throw call.interrupted(keeping: runs)
        }
        return runs
    }
}

extension Call {
    /// The option `folders`.
    ///
    /// - Throws: ``LuaError``.
    fileprivate func checkedFolders() throws -> [String]? {
        guard let table = try table(ifGiven: "folders") else { return nil }
        return try table.strings().map { try checked(path: $0) }
    }
}
