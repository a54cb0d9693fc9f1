// Training several small models at once.

import NightjarModels
import NightjarRuntime
import Synchronization

/// Trains models in place, each on its examples.
///
/// Small models cannot keep several threads busy, so they are trained side by side, each on one
/// thread, and end as the same bytes as if they had been trained one after another. When a script
/// defines one of them, they are.
///
/// - Parameters:
///   - models: the models, each another one.
///   - sets: what each learns from.
///   - options: how all of them are trained; without checkpoints, as files would be the same.
///   - folders: one for each model, which keeps its newest checkpoint, and from which training goes on
///     when it has one; `nil` for none.
///   - progress: receives reports at most five times a second.
/// - Returns: the records of the runs, in the order of the models; those that the user stopped, or
///   that had not begun by then, are marked ``TrainingRun/Stop/interrupted``.
/// - Throws: ``TrainingError``, or what `fit` throws for one of them.
public func fit(
    _ models: [any NextItemModel], on sets: [any TrainingSet],
    _ options: FitOptions = FitOptions(), folders: [String]? = nil,
    progress: ProgressHandler? = nil
) throws -> [TrainingRun] {
    guard models.count == sets.count else {
        throw TrainingError.badOption(
            "sets of examples", "\(sets.count)", allowed: "one for each of \(models.count) models")
    }
    guard Set(models.map(ObjectIdentifier.init)).count == models.count else {
        throw TrainingError.badOption("models", "one of them twice", allowed: "different ones")
    }
    guard options.checkpoints == nil else {
        throw TrainingError.badOption("checkpoint", "a folder", allowed: "none to several models")
    }
    if let folders {
        // "a", "./a" and "a/" are one folder, which two models would write at once.
        let places = Set(
            folders.map { folder in
                (folder.hasPrefix("/") ? "/" : "")
                    + folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
            })
        guard folders.count == models.count, places.count == models.count else {
            throw TrainingError.badOption(
                "folders", "\(folders.count), \(places.count) of them different",
                allowed: "another one for each of \(models.count) models")
        }
    }
    let joint = JointProgress(sets.map { Double($0.count) * Double(options.epochs) }, progress)
    let found = Mutex([TrainingRun?](repeating: nil, count: models.count))
    func train(_ number: Int) throws {
        var options = options
        if let folder = folders?[number] {
            options.checkpoints = CheckpointPlan(folder: folder)
            options.start = .newest
        }
        let run: TrainingRun
        do {
            run = try fit(models[number], on: sets[number], options) { joint.tell(number, $0) }
        } catch TrainingError.diverged(let epoch, let batch, let what, let checkpoint) {
            throw TrainingError.diverged(
                epoch: epoch, batch: batch, what: "\(what) of model \(number + 1)",
                checkpoint: checkpoint)
        }
        found.withLock { $0[number] = run }
        if run.stop != .interrupted { joint.tell(number) }
    }
    // Code of scripts runs on the thread of the script alone.
    if models.allSatisfy({ $0.configuration.origin == nil }) {
        try Workers.sideBySide(models.count, train)
    } else {
        for number in models.indices { try train(number) }
    }
    joint.end()
    return found.withLock { $0.compactMap(\.self) }
}
