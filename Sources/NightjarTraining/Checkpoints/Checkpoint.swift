// A moment of training in a file that stands by itself.

import NightjarModels
import NightjarRuntime
import NightjarTensor

/// A checkpoint: a model, the state of its optimiser, and the record of its run.
///
/// The file is a safetensors file that other programs can read. Its tensors are `model/NAME`,
/// `optimiser/NAME/STATE`, and `best/NAME` when the best values are kept along; the record is JSON
/// text under `nightjar`, and digests of it and of every tensor stand under `nightjar.sha256`.
public struct Checkpoint: Sendable {
    /// What the file says of its run.
    public let record: CheckpointRecord
    private let file: SafetensorsFile
    /// What was written; `nil` in files of earlier versions, which are taken as they are.
    private let digests: CheckpointDigests?

    /// The kinds of tensors by the first part of their names.
    enum Group: String {
        case model, optimiser, best

        func name(_ rest: String) -> String { "\(rawValue)/\(rest)" }
    }

    /// Opens the file at `path` and checks what it says; tensors are read when asked for.
    ///
    /// - Throws: ``CheckpointError``, or ``NightjarRuntime/FileError``.
    public init(path: String) throws {
        do {
            file = try SafetensorsFile(path: path)
        } catch let error as FileFormatError {
            throw CheckpointError.damaged(error)
        }
        guard let text = file.metadata[CheckpointRecord.key] else {
            throw CheckpointError.foreign(file: path)
        }
        digests = try CheckpointDigests(of: file)
        try digests?.check(record: text, file: path)
        record = try CheckpointRecord(text: text, file: path)
    }

    /// The path as the user gave it.
    public var path: String { file.path }

    /// Names of all tensors in the order of the file.
    public var tensorNames: [String] { file.entries.map(\.name) }

    /// The tensor called `name`; `model/` in front of it may be left out.
    ///
    /// - Throws: ``CheckpointError/missingTensor(_:file:nearest:)``, ``NightjarRuntime/FileError``.
    public func tensor(_ name: String) throws -> Tensor {
        let full = Group.model.name(name)
        return try read(tensorNames.contains(full) ? full : name)
    }

    /// Rebuilds the model from the file alone.
    ///
    /// - Throws: ``CheckpointError`` for tensors that are missing, of another shape, or not of the
    ///   model; ``ModelError`` for a model that cannot be built.
    public func model(_ registry: ModelRegistry = .builtIn) throws -> any NextItemModel {
        let model = try registry.model(
            record.model,
            values: ParameterSource { name, shape, _ in
                try read(Group.model.name(name), shape: shape)
            })
        try checkParameters(of: model)
        return model
    }

    /// Overwrites the parameters of `model` with those of the file; all or none.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    public func restore(_ model: any NextItemModel) throws {
        guard model.configuration.isSameModel(as: record.model) else {
            throw CheckpointError.otherModel(
                file: path, saved: "\(record.model)", given: "\(model.configuration)")
        }
        try checkParameters(of: model)
        let values = try parameters(of: model, .model)
        for (parameter, value) in zip(model.parameters, values) {
            try parameter.value.assign(value)
        }
    }

    /// Brings an optimiser to where it was.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    func restore(_ optimiser: Optimiser, stepCount: Int) throws {
        var state: [String: Tensor] = [:]
        for (name, tensor) in optimiser.state {
            state[name] = try read(Group.optimiser.name(name), shape: tensor.shape)
        }
        try optimiser.restore(stepCount: stepCount, state: state)
    }

    /// The best values so far; those of the model when it is at its best.
    ///
    /// - Throws: ``CheckpointError``, ``NightjarRuntime/FileError``.
    func bestValues(of model: any NextItemModel) throws -> [Tensor] {
        let isAtBest = record.watch.bestEpoch == record.epoch && record.batch == 0
        return try parameters(of: model, isAtBest ? .model : .best)
    }

    // MARK: - Reading

    private func parameters(of model: any NextItemModel, _ group: Group) throws -> [Tensor] {
        try model.parameters.map { try read(group.name($0.name), shape: $0.value.shape) }
    }

    private func checkParameters(of model: any NextItemModel) throws(CheckpointError) {
        let known = Set(model.parameters.map { Group.model.name($0.name) })
        let prefix = Group.model.name("")
        for name in tensorNames where name.hasPrefix(prefix) && !known.contains(name) {
            throw .unknownParameter(name, file: path)
        }
    }

    func read(_ name: String, shape: [Int]? = nil) throws -> Tensor {
        guard let entry = file.entries.first(where: { $0.name == name }) else {
            throw CheckpointError.missingTensor(
                name, file: path, nearest: Suggestion.nearest(to: name, in: tensorNames))
        }
        if let shape, entry.shape != shape {
            throw CheckpointError.shape(name, file: path, expected: shape, found: entry.shape)
        }
        do {
            try digests?.check(name, in: file)
            return try file.tensor(name)
        } catch let error as FileFormatError {
            throw CheckpointError.damaged(error)
        }
    }
}

extension Checkpoint {
    /// Writes a checkpoint to `path`, whole or not at all.
    ///
    /// - Parameters:
    ///   - record: what the file says of its run.
    ///   - model: the model.
    ///   - optimiser: its optimiser.
    ///   - best: the best values so far, when they are kept along and differ from the model's.
    ///   - path: where the file goes.
    /// - Throws: ``NightjarRuntime/FileError`` with the path.
    static func write(
        _ record: CheckpointRecord, _ model: any NextItemModel, _ optimiser: Optimiser,
        best: [Tensor]?, to path: String
    ) throws {
        var tensors = model.parameters.map {
            TensorSource(Group.model.name($0.name), $0.value)
        }
        for (name, tensor) in optimiser.state {
            tensors.append(TensorSource(Group.optimiser.name(name), tensor))
        }
        for (parameter, value) in zip(model.parameters, best ?? []) {
            tensors.append(TensorSource(Group.best.name(parameter.name), value))
        }
        let text = try record.text()
        try SafetensorsFile.write(
            tensors,
            metadata: [
                CheckpointRecord.key: text,
                CheckpointDigests.key: CheckpointDigests(record: text, tensors).text(),
            ], to: path)
    }
}

extension Checkpoint: CustomStringConvertible {
    /// One line, such as `Checkpoint of lstm after epoch 5 on ml-100k train: 19 tensors`.
    public var description: String {
        "Checkpoint of \(record.model.kind) after epoch \(record.epoch)"
            + (record.batch > 0 ? " and \(record.batch) batches" : "")
            + " on \(record.data.name): \(tensorNames.count) tensors"
    }
}
